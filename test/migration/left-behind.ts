import { randomUUID } from 'node:crypto';
import { type LocalKonnect, startKonnect } from '../../infra/local/konnect/server.ts';
import type { KonnectState } from '../../infra/local/konnect/state.ts';
import { derivedName, derivedNameOf } from '../../lib/engine/derived.ts';
import { derivedFromLabel, domain, kongOperatorFinalizer } from '../../lib/engine/names.ts';
import {
  configMapResource,
  isRecord,
  type KubernetesObject,
  keyOf,
  type OwnerReference,
  secretResource,
  statusOf,
} from '../../lib/engine/objects.ts';
import { placeOf } from '../../lib/engine/place.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import type { World } from '../world.ts';
import { renamed, withoutOurMarks } from './renamed.ts';

/*
 * Turns a world that we made into one that Kong Gateway Operator 1.5 has left behind: its finalizers in place of ours, ids
 * that Konnect chose, its tags only, derived objects under random names, and no token in our store.
 */

type Found = Awaited<ReturnType<World['objects']>>[number];

/** What is turned: a world of the contract suites, or a whole stack. */
export type Turnable = Pick<World, 'admin' | 'konnect' | 'namespace' | 'objects'> & {
  /** The clock of the Konnect that takes the place of the present one. */
  readonly now?: Date;
  forgetToken(namespace: string, name: string): Promise<void>;
};

/** @returns the Konnect that takes the place of the world's, on its port. */
export async function leaveBehind(world: Turnable): Promise<LocalKonnect> {
  const names = new Map<string, string>();
  for (const { object } of (await world.objects()).filter(hasChosenId))
    names.set(placeOf(object)?.id ?? '', randomUUID());
  for (const found of await world.objects()) {
    if (found.object.metadata.labels?.[derivedFromLabel] !== undefined) await makeAnew(world, found, names);
  }
  await world.konnect.stop();
  const state = withoutOurMarks(renamed(world.konnect.state(), names)) as KonnectState;
  const konnect = await startKonnect({
    state,
    port: Number(new URL(world.konnect.url).port),
    clock: () => world.now ?? new Date(),
  });
  for (const found of await world.objects()) await disguise(world, found, names);
  for (const found of await world.objects()) if (found.kind.lane === 'extension') await swapSecret(world, found);
  await forgetTokens(world);
  return konnect;
}

const hasChosenId = ({ kind, object }: Found): boolean => kind.core !== undefined && placeOf(object) !== undefined;

/** Kong's operator lets the API server choose the name, and lets a credential be owned by its Secret as well. */
async function makeAnew(world: Turnable, { kind, object }: Found, names: Map<string, string>): Promise<void> {
  const { admin, namespace } = world;
  const owners = object.metadata.ownerReferences ?? [];
  const secrets = (await admin.list(secretResource, { namespace })).filter(({ metadata }) =>
    owners.some((owner) => derivedName(owner.name, metadata.name) === derivedNameOf(object)),
  );
  const status = object.status;
  await admin.patch(kind.resource, keyOf(object), { metadata: { finalizers: null } });
  await admin.delete(kind.resource, keyOf(object));
  const { apiVersion: _, kind: __, metadata, status: ___, ...fields } = object;
  const name = `${owners[0]?.name}-${randomUUID().slice(0, 5)}`;
  const made = await admin.create(kind.resource, {
    ...fields,
    metadata: {
      name,
      namespace,
      ownerReferences: [...owners, ...secrets.map(({ metadata: own }) => secretOwner(own))],
    },
  });
  names.set(metadata.uid, made.metadata.uid);
  names.set(metadata.name, name);
  await admin.patch(kind.resource, keyOf(made), { status }, { subresource: 'status' });
}

function secretOwner({ name, uid }: KubernetesObject['metadata']): OwnerReference {
  return { apiVersion: 'v1', kind: 'Secret', name, uid };
}

async function disguise(
  { admin }: Turnable,
  { kind, object }: Found,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const notes = Object.keys(object.metadata.annotations ?? {}).filter((name) => name.startsWith(`${domain}/`));
  const annotations = Object.fromEntries(notes.map((name) => [name, null]));
  await admin.patch(kind.resource, keyOf(object), {
    metadata: { annotations, finalizers: finalizersOf(kind, object) },
  });
  const conditions = statusOf(object)['conditions'];
  const known = (Array.isArray(conditions) ? conditions : []).filter(
    (one) => isRecord(one) && one['type'] !== 'InSync',
  );
  const status = { ...(renamed(object.status, names) as object), conditions: known };
  await admin.patch(kind.resource, keyOf(object), { status }, { subresource: 'status' });
}

function finalizersOf(kind: Kind, object: KubernetesObject): readonly string[] {
  if (kind.lane === 'auth') return [];
  if (kind.lane === 'extension') return [kongOperatorFinalizer, 'gateway-operator.konghq.com/extension-in-use'];
  if (placeOf(object) === undefined && kind.lane === 'entity') return ['gateway.konghq.com/plugin-in-use'];
  const isBound = object.metadata.annotations?.['konghq.com/plugins'] !== undefined;
  return [kongOperatorFinalizer, ...(isBound ? ['gateway.konghq.com/cleanup-plugin-binding'] : [])];
}

/** The operator's Secret has a random name; it makes no ConfigMap. */
export async function swapSecret(
  { admin, namespace }: Pick<Turnable, 'admin' | 'namespace'>,
  { kind, object }: Found,
): Promise<void> {
  const own = await admin.list(secretResource, { namespace, labelSelector: 'konghq.com/konnect-dp-cert' });
  const mine = own.find(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid));
  if (mine === undefined) return;
  const { labels = {}, ownerReferences, name: before } = mine.metadata;
  const name = `${before}-x7k2p`;
  await admin.create(secretResource, {
    type: mine['type'],
    data: mine['data'],
    metadata: { name, namespace, labels, ownerReferences },
  });
  const finalizers = [kongOperatorFinalizer, 'gateway.konghq.com/secret-in-use'];
  await admin.patch(secretResource, { namespace, name }, { metadata: { finalizers } });
  await admin.delete(secretResource, { namespace, name: before });
  await admin.delete(configMapResource, { namespace, name: before });
  const status = { dataPlaneClientAuth: { certificateSecretRef: { name } } };
  await admin.patch(kind.resource, keyOf(object), { status }, { subresource: 'status' });
}

async function forgetTokens(world: Turnable): Promise<void> {
  for (const { kind, object } of await world.objects()) {
    const { namespace = '', name } = object.metadata;
    if (kind.lane === 'auth') await world.forgetToken(namespace, name);
  }
}
