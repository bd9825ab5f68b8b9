import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { usualChoices } from '../infra/local/konnect/choices.ts';
import type { EntityType } from '../infra/local/konnect/core-entities/entity-type.ts';
import { propertiesOf } from '../infra/local/konnect/core-entities/fields.ts';
import { entityTypes } from '../infra/local/konnect/core-entities/registry.ts';
import { operations } from '../infra/local/konnect/operations.ts';
import type { Exchange } from '../infra/local/konnect/recorder.ts';
import { organization, start } from '../infra/local/konnect/test-client.ts';
import { documentsDir, step } from './openapi/documents.ts';
import { bodyFields, defaultOf } from './openapi/fields.ts';
import { type ApiOperation, findOperation } from './openapi/operations.ts';
import { driveEverything } from './openapi/scenario.ts';
import { isToleratedPath, toleratedStatuses, unservedFields } from './openapi/tolerated.ts';
import { apiIn, validateExchanges } from './openapi/validate.ts';
import { created, right, wrong } from './openapi/wrong.ts';

const dir = documentsDir(process.env, join(import.meta.dirname, '..'));
const absent = "Konnect's OpenAPI documents are not here: set KONNECT_OPENAPI_DIR to the folder that holds them";

if (dir === undefined) {
  it('needs the OpenAPI documents of Konnect', ({ skip }) => {
    if (process.env['CI'] === 'true') throw new Error(absent);
    skip(absent);
  });
} else {
  describe('the Konnect emulator', () => emulatorSuite(dir));
  describe('the check against the documents', () => checkSuite(dir));
}

function emulatorSuite(folder: string): void {
  let exchanges: readonly Exchange[] = [];

  beforeAll(async () => {
    let now = Date.now();
    const { konnect, call } = await start({ clock: () => new Date(now) });
    await using _ = konnect;
    konnect.addToken(organization.id, 'kpat_viewer', 'read');
    await driveEverything(call, 'kpat_viewer', () => {
      now += 3_600_000; // more than anything in the cloud takes
    });
    exchanges = [...konnect.exchanges, ...(await limitedExchanges())];
  });

  it('takes and answers nothing that the documents do not allow', () => {
    expect(validateExchanges(exchanges, folder)).toEqual([]);
  });

  it('serves operations of the documents only, and was seen to succeed in every one', () => {
    const { operations: declared } = apiIn(folder);
    const succeeded = exchanges
      .filter(({ status }) => status < 300)
      .map(({ method, path }) => findOperation(declared, method, path)?.id);
    const unproven = operations
      .filter(({ path }) => !isToleratedPath(path.replaceAll(':', ''), 200))
      .filter(({ method, path }) => {
        const id = findOperation(declared, method, path.replaceAll(':', ''))?.id;
        return id === undefined || !succeeded.includes(id);
      });
    expect(unproven.map(({ name }) => name)).toEqual([]);
  });

  it('needs every tolerance that the check grants', () => {
    const { operations: declared } = apiIn(folder);
    const undeclared = exchanges.filter(({ method, path, status }) => {
      const operation = findOperation(declared, method, path);
      return operation && step(operation.document, operation.place, 'responses', String(status)) === undefined;
    });
    const idle = toleratedStatuses.filter(
      ({ status, methods, path }) =>
        !undeclared.some(
          (seen) => seen.status === status && path.test(seen.path) && (methods?.includes(seen.method) ?? true),
        ),
    );
    expect(idle).toEqual([]);
  });

  it('was seen to refuse in the ways of every family', () => {
    const statuses = exchanges.map(
      ({ method, path, status }) => `${familyOf(path)} ${method === 'GET' ? 'read' : 'write'} ${status}`,
    );
    for (const family of ['plane', 'group', 'certificate', 'entity', 'cloud']) {
      expect(statuses).toEqual(expect.arrayContaining([400, 401, 404].map((status) => `${family} read ${status}`)));
      expect(statuses).toEqual(expect.arrayContaining([400, 403].map((status) => `${family} write ${status}`)));
    }
    expect(statuses).toEqual(expect.arrayContaining(['plane write 409', 'cloud write 404', 'cloud write 409']));
  });

  it.each(entityTypes.filter(({ collection }) => collection !== 'consumer_group_members'))(
    'knows the fields and defaults of $collection',
    (type) => {
      const declared = bodyFields(creationOf(type, apiIn(folder).operations));
      const unserved = unservedFields[type.collection]?.fields ?? [];
      expect([...Object.keys(propertiesOf(type)), ...unserved].toSorted()).toEqual(Object.keys(declared).toSorted());
      for (const [field, value] of Object.entries(type.defaults({}, usualChoices))) {
        // The document has turned to ["https"]; tests that run against Konnect itself still see both.
        const expected = type.collection === 'routes' && field === 'protocols' ? ['http', 'https'] : undefined;
        expect(value, field).toEqual(expected ?? defaultOf(declared[field]));
      }
      const withDefault = Object.keys(declared).filter((field) => defaultOf(declared[field]) !== undefined);
      const filled = [{}, { expression: 'true' }].flatMap((body) => Object.keys(type.defaults(body, usualChoices)));
      expect(withDefault.filter((field) => !filled.includes(field))).toEqual([]);
      for (const field of type.required) expect(declared).toHaveProperty(field);
    },
  );

  it('refuses no field that it serves after all', () => {
    for (const { collection, properties } of entityTypes) {
      for (const field of unservedFields[collection]?.fields ?? []) expect(properties).not.toHaveProperty(field);
    }
  });
}

/** The operation that creates entities of a type: at its own path, or below the entity it belongs to. */
function creationOf({ collection, served, references }: EntityType, declared: readonly ApiOperation[]) {
  const root = '/v2/control-planes/x/core-entities';
  const owner = references.find(({ nested }) => nested !== undefined);
  const path = served === undefined ? `${root}/${collection}` : `${root}/${owner?.to}/x/${owner?.nested}`;
  return findOperation(declared, 'POST', path);
}

/** An answer of the rate limit, which a scenario that has to get through cannot meet. */
async function limitedExchanges(): Promise<readonly Exchange[]> {
  const { konnect, call } = await start({ rateLimit: { perSecond: 1, burst: 0, retryAfter: true } });
  await using _ = konnect;
  await call('GET', '/v2/control-planes');
  return [...konnect.exchanges];
}

function familyOf(path: string): string {
  if (path.startsWith('/v2/cloud-gateways/')) return 'cloud';
  if (path.includes('/core-entities/')) return 'entity';
  if (path.includes('/dp-client-certificates')) return 'certificate';
  return path.includes('/group-') ? 'group' : 'plane';
}

function checkSuite(folder: string): void {
  it('passes what is right', () => {
    expect(validateExchanges([right, created], folder)).toEqual([]);
  });

  it.each(wrong)('catches $why', ({ exchange, part }) => {
    const problems = validateExchanges([exchange], folder);
    expect(problems.length).toBeGreaterThan(0);
    expect(new Set(problems.map((problem) => problem.part))).toEqual(new Set([part]));
  });

  it('passes over injected faults', () => {
    expect(validateExchanges([{ ...right, status: 402, injected: true }], folder)).toEqual([]);
  });
}
