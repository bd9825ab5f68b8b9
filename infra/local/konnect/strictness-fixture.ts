import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Body } from './schema.ts';
import type { LocalKonnect } from './server.ts';
import { at, type Client, organization, start } from './test-client.ts';

/** Ids for what a table needs around its entity. */
export const ids = {
  one: '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0001',
  two: '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0002',
  missing: '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0009',
} as const;

/** What one type of entity takes and refuses. */
export interface Strictness {
  /** Below the core entities, where POST goes. */
  readonly path: string;
  /** Entities that exist before: collection, id, fields. */
  readonly given?: readonly (readonly [collection: string, id: string, fields: Body])[];
  /** Answered with 201; `stored` is what the answer must hold, the body itself unless given; null stands for absent. */
  readonly accepted: readonly { readonly body: Body; readonly stored?: Body }[];
  /** Answered with 400, code 3, "validation error", and this among the details. */
  readonly refused: readonly { readonly body: Body; readonly detail: Body }[];
  /** A second body that the first keeps out: 400, code 3, "data constraint error", with this message. */
  readonly clashes?: readonly { readonly first: Body; readonly second: Body; readonly message: string }[];
}

/** Runs a table of strictness; every row has a control plane of its own. */
export function describeStrictness(table: Strictness): void {
  let konnect: LocalKonnect;
  let call: Client;

  beforeAll(async () => {
    ({ konnect, call } = await start());
  });
  afterAll(() => konnect.stop());

  async function inPlane(work: Work): Promise<void> {
    const { id } = konnect.createControlPlane(organization.id, { name: 'strict' });
    for (const [collection, entityId, fields] of table.given ?? []) konnect.putEntity(id, collection, entityId, fields);
    try {
      await work(call, `/v2/control-planes/${id}/core-entities/${table.path}`);
    } finally {
      konnect.removeControlPlane(id);
    }
  }

  describe(table.path, () => {
    describeAccepted(table, inPlane);
    describeRefused(table, inPlane);
    describeClashes(table, inPlane);
  });
}

/** Gets the URL of the collection. */
type Work = (call: Client, url: string) => Promise<void>;
type InPlane = (work: Work) => Promise<void>;

function describeAccepted({ accepted }: Strictness, inPlane: InPlane): void {
  it.each(accepted)('accepts $body', async ({ body, stored = body }) => {
    await inPlane(async (call, url) => {
      const reply = await call('POST', url, { body });
      expect(reply).toMatchObject({ status: 201, body: withoutNulls(stored) });
      for (const [name, value] of Object.entries(stored)) {
        if (value === null) expect(reply.body).not.toHaveProperty(name);
      }
    });
  });
}

function describeRefused({ path, given = [], refused }: Strictness, inPlane: InPlane): void {
  it.each(refused)('refuses $body', async ({ body, detail }) => {
    await inPlane(async (call, url) => {
      const reply = await call('POST', url, { body });
      expect(reply).toMatchObject({ status: 400, body: { code: 3, message: 'validation error' } });
      expect(at(reply.body, 'details')).toContainEqual(expect.objectContaining(detail));
      expect(at((await call('GET', url)).body, 'data')).toHaveLength(given.filter(([name]) => name === path).length);
    });
  });
}

function describeClashes({ clashes = [] }: Strictness, inPlane: InPlane): void {
  it.each(clashes)('keeps out $second beside $first', async ({ first, second, message }) => {
    await inPlane(async (call, url) => {
      expect((await call('POST', url, { body: first })).status).toBe(201);
      const reply = await call('POST', url, { body: second });
      expect(reply).toMatchObject({ status: 400, body: { code: 3, message: 'data constraint error' } });
      expect(at(reply.body, 'details', 0)).toMatchObject({ type: 'ERROR_TYPE_REFERENCE', messages: [message] });
    });
  });
}

function withoutNulls(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
