import type { Stack } from '../../infra/local/stack.ts';
import { isRecord, statusOf } from '../../lib/engine/objects.ts';
import { textAt } from '../../lib/kinds/fields.ts';
import { namespace } from '../bench/calls.ts';
import { kindNamed } from '../bench/load.ts';

interface Edit {
  readonly collection: string;
  /** The field that tells, of the entity and of the object. */
  readonly told: string;
  readonly to: (value: string) => Readonly<Record<string, unknown>>;
}

/** What is changed of a kind, and to what. */
export const edits: Readonly<Record<string, Edit>> = {
  KongRoute: { collection: 'routes', told: 'paths', to: (value) => ({ spec: { paths: [`/${value}`] } }) },
  KongConsumer: { collection: 'consumers', told: 'custom_id', to: (value) => ({ custom_id: value }) },
  KongService: { collection: 'services', told: 'host', to: (value) => ({ spec: { host: `${value}.internal` } }) },
  KongCredentialAPIKey: {
    collection: 'key-auths',
    told: 'key',
    to: (value) => ({ spec: { key: `key-${value}-xxxxxxxx` } }),
  },
};

/** Objects of which Konnect has anything else than what they were changed to last. */
export async function unlike(stack: Stack, accounts: readonly { readonly id: string }[]): Promise<readonly string[]> {
  const entities = new Map<unknown, Readonly<Record<string, unknown>>>();
  for (const { id } of accounts.flatMap((account) => stack.konnect.controlPlanes(account.id))) {
    for (const { collection } of Object.values(edits)) {
      for (const entity of stack.konnect.entities(id, collection)) entities.set(entity.id, entity);
    }
  }
  const found: string[] = [];
  for (const [kind, { told }] of Object.entries(edits)) {
    for (const object of await stack.admin.list(kindNamed(kind).resource, { namespace })) {
      const value = entities.get(textAt(statusOf(object)['konnect'], 'id'))?.[told];
      const wanted = (isRecord(object.spec) ? object.spec[told] : undefined) ?? object[told];
      if (String(value) !== String(wanted)) found.push(`${kind} ${object.metadata.name}: ${value} for ${wanted}`);
    }
  }
  return found;
}
