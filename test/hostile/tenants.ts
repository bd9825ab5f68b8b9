import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { claimAnnotation, finalizer } from '../../lib/engine/names.ts';
import { isRecord, type KubernetesObject, keyOf, secretResource } from '../../lib/engine/objects.ts';
import { placeOf } from '../../lib/engine/place.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { base64 } from '../memory/manifests.ts';
import { foreignToken, namespace, organizationId, otherToken } from '../memory/stage.ts';
import { resourceOf, startTown, type Town } from './town.ts';

/*
 * Somebody who may write what they like in a namespace of their own, status and notes of the system included, and has set
 * their mind on what the examples' namespace has. They may be without a token, or have one that can do as much in Konnect.
 */

const tenantNamespaces = ['tokenless', 'rival', 'stranger'] as const;
const runsPerTown = 400;

interface Attempt {
  readonly namespace: (typeof tenantNamespaces)[number];
  /** Which of the examples' objects is copied. */
  readonly prey: number;
  readonly sameName: boolean;
  readonly tricks: readonly Trick[];
  /** What the object refers to is copied as well: with its status, as a mirror, or not at all. */
  readonly parents: 'typed' | 'mirrored' | 'none';
  readonly event: 'right' | 'uid';
}

const tricks = {
  status: (one: Copy) => ({ ...one.object, status: one.prey.status }),
  notes: (one: Copy) => withMetadata(one.object, { annotations: one.prey.metadata.annotations }),
  claim: (one: Copy) => withMetadata(one.object, { annotations: { [claimAnnotation]: claimOn(one.prey) } }),
  account: (one: Copy) =>
    withMetadata(one.object, {
      annotations: { ...one.object.metadata.annotations, 'konnect-reconciler.io/account': `${namespace}/konnect-api-auth` },
    }),
  owner: (one: Copy) =>
    withMetadata(one.object, {
      labels: { 'konnect-reconciler.io/derived-from': one.prey.metadata.uid },
      ownerReferences: [{ ...one.prey, name: one.prey.metadata.name, uid: one.prey.metadata.uid, metadata: undefined }],
    }),
  finalizer: (one: Copy) => withMetadata(one.object, { finalizers: [finalizer] }),
  adopt: (one: Copy) => withSpec(one.object, { adopt: adoption(one.prey, 'override') }),
  match: (one: Copy) => withSpec(one.object, { adopt: adoption(one.prey, 'match') }),
  refs: (one: Copy) => ({ ...one.object, spec: pointing(one.object.spec) }),
  mirror: (one: Copy) =>
    withSpec(one.object, { source: 'Mirror', mirror: { konnect: { id: placeOf(one.prey)?.id } } }),
  id: (one: Copy) =>
    withSpec(one.object, { controlPlaneRef: { type: 'konnectID', konnectID: placeOf(one.prey)?.controlPlaneID } }),
  tags: (one: Copy) => ({
    ...withSpec(one.object, { tags: [`k8s-uid:${one.prey.metadata.uid}`] }),
    metadata: { ...one.object.metadata, annotations: { 'konghq.com/tags': `k8s-uid:${one.prey.metadata.uid}` } },
  }),
} satisfies Readonly<Record<string, (one: Copy) => KubernetesObject>>;

type Trick = keyof typeof tricks;

interface Copy {
  readonly prey: KubernetesObject;
  readonly object: KubernetesObject;
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  namespace: fc.constantFrom(...tenantNamespaces),
  prey: fc.nat(),
  sameName: fc.boolean(),
  tricks: fc.subarray(Object.keys(tricks) as Trick[]),
  parents: fc.constantFrom('typed', 'mirrored', 'none'),
  event: fc.constantFrom('right', 'uid'),
});

/** @returns how many attempts were made. */
export async function tenants(runs: number, seed: number): Promise<number> {
  for (let done = 0; done < runs; done += runsPerTown) {
    await using town = await startTown();
    await settleIn(town, 'rival', otherToken);
    await settleIn(town, 'stranger', foreignToken);
    const numRuns = Math.min(runsPerTown, runs - done);
    await fc.assert(
      fc.asyncProperty(attempt, (one) => tried(town, one)),
      { numRuns, seed: seed + done, endOnFailure: true },
    );
  }
  return runs;
}

/** A tenant's own auth configuration, which works. */
async function settleIn({ stage, look }: Town, tenant: string, token: string): Promise<void> {
  const metadata = { name: 'token', namespace: tenant, labels: { 'konghq.com/credential': 'konnect' } };
  stage.cluster.user.apply(secretResource, { metadata, data: { token: base64(token) } });
  const auth = stage.cluster.user.apply(resourceOf({ kind: 'KonnectAPIAuthConfiguration' }), {
    metadata: { name: 'konnect-api-auth', namespace: tenant },
    spec: { type: 'secretRef', secretRef: { name: 'token' }, serverURL: 'us.api.konghq.com' },
  });
  deepEqual(await look(auth), { is: 'done' });
}

async function tried(town: Town, one: Attempt): Promise<void> {
  const { stage, look, belongings } = town;
  const { cluster, konnect } = stage;
  const before = belongings();
  const objectsBefore = versionsIn(town);
  const planted = objectsOf(town, one);
  konnect.resetRequests();
  const [target] = planted;
  if (target === undefined) return;
  const current = () => cluster.user.find(resourceOf(target), keyOf(target));
  for (const cause of ['change', 'dependency', 'drift'] as const) {
    for (const object of planted) await look(object, { cause, ...saying(town, one) });
  }
  const seen = current();
  if (seen !== undefined) {
    const generation = (seen.metadata.generation ?? 0) + 1;
    await look(cluster.user.plant(resourceOf(target), withMetadata(seen, { generation })));
  }
  for (const object of planted) {
    const present = cluster.user.find(resourceOf(object), keyOf(object));
    if (present === undefined) continue;
    const metadata = { finalizers: [finalizer], deletionTimestamp: stage.now.toISOString() };
    await look(cluster.user.plant(resourceOf(object), withMetadata(present, metadata)));
    cluster.user.drop(resourceOf(object), keyOf(object));
  }
  equal(town.ownRequests(), 0, 'a call was made with the token of another namespace');
  if (one.namespace === 'tokenless') equal(konnect.requests.length, 0, 'a call was made without a token of its own');
  // Only the system sends events, so what a wrong one may not do is harm.
  for (const object of planted) await look(object, orphaned(town, one));
  deepEqual(differing(objectsBefore, versionsIn(town)), [], 'objects of another namespace were changed');
  deepEqual(differing(before, belongings()), [], 'entities of another namespace were changed or deleted');
  town.sweep();
}

/** The uid of the prey, under the name of the tenant's object. */
function saying(town: Town, one: Attempt) {
  return one.event === 'right' ? {} : { uid: preyOf(town, one).metadata.uid };
}

function orphaned(town: Town, one: Attempt) {
  const orphanIn = { namespace, name: 'gateway-control-plane' };
  return { uid: preyOf(town, one).metadata.uid, orphanIn };
}

function preyOf({ residents }: Town, { prey }: Attempt): KubernetesObject {
  const preys = residents.filter(({ kind, metadata }) => kind !== 'Secret' && metadata.namespace === namespace);
  const found = preys[prey % preys.length];
  if (found === undefined) throw new Error('the examples have no objects');
  return found;
}

/** The tricky object, and what it refers to. */
function objectsOf(town: Town, one: Attempt): readonly KubernetesObject[] {
  const prey = preyOf(town, one);
  const name = one.sameName && prey.kind !== 'KonnectAPIAuthConfiguration' ? prey.metadata.name : 'taken';
  const bare = copied(town, prey, one.namespace, name);
  const tricked = one.tricks.reduce((object, trick) => tricks[trick]({ prey, object }), bare);
  const plant = (object: KubernetesObject) => town.stage.cluster.user.plant(resourceOf(object), object);
  const parents = one.parents === 'none' ? [] : parentsOf(town, bare).map((parent) => asParent(town, parent, one));
  return [plant(tricked), ...parents.map(plant)];
}

/** As the example has it, with nothing that the system wrote. */
function copied(town: Town, prey: KubernetesObject, tenant: string, name: string): KubernetesObject {
  const example = town.examplesIn(tenant).find((one) => one.kind === prey.kind && one.metadata.name === prey.metadata.name);
  const { metadata: _, status: __, ...fields } = example ?? prey;
  const uid = `${tenant}-${prey.kind}-${name}`;
  const metadata = { name, namespace: tenant, uid, resourceVersion: '1', generation: 1, creationTimestamp: '2020-01-01T00:00:00Z' };
  return { ...fields, apiVersion: prey.apiVersion, kind: prey.kind, metadata };
}

function parentsOf(town: Town, object: KubernetesObject): readonly KubernetesObject[] {
  const { refs = [] } = kinds.find(({ resource }) => resource.kind === object.kind) ?? {};
  const own = refs.flatMap((ref) =>
    ref.targets(object).flatMap(({ name }) => town.residents.find((one) => one.kind === ref.kind && one.metadata.name === name) ?? []),
  );
  const parents = own.filter(({ kind }) => kind !== 'KonnectAPIAuthConfiguration');
  return [...new Set([...parents, ...parents.flatMap((parent) => parentsOf(town, parent))])];
}

function asParent(town: Town, prey: KubernetesObject, { namespace: tenant, parents }: Attempt): KubernetesObject {
  const bare = copied(town, prey, tenant, prey.metadata.name);
  if (parents === 'mirrored' && prey.kind === 'KonnectGatewayControlPlane') return tricks.mirror({ prey, object: bare });
  return tricks.status({ prey, object: bare });
}

/** The versions of the examples' objects. */
function versionsIn({ stage, residents }: Town): ReadonlyMap<string, string | undefined> {
  return new Map(
    residents.map((one) => {
      const present = stage.cluster.user.find(resourceOf(one), keyOf(one));
      return [`${one.kind} ${one.metadata.name}`, present?.metadata.resourceVersion];
    }),
  );
}

/** The names of what is not as it was, each with what it is now. */
function differing(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): readonly string[] {
  return [...before].flatMap(([name, value]) =>
    after.get(name) === value ? [] : [`${name}: ${String(value).slice(0, 200)} became ${String(after.get(name)).slice(0, 200)}`],
  );
}

function adoption(prey: KubernetesObject, mode: string) {
  return { from: 'konnect', mode, konnect: { id: placeOf(prey)?.id } };
}

function claimOn(prey: KubernetesObject): string {
  const place = placeOf(prey);
  if (prey.kind === 'KonnectCloudGatewayNetwork') return `network ${organizationId}/${nameIn(prey)}`;
  const plane = isRecord(prey.status) ? prey.status['controlPlaneID'] : undefined;
  return typeof plane === 'string' ? `configuration ${plane}` : `dp-client-certificate/${place?.id}`;
}

function nameIn({ spec }: KubernetesObject): string {
  return isRecord(spec) ? String(spec['name']) : '';
}

/** Every reference by name now says the examples' namespace as well. */
function pointing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointing);
  if (!isRecord(value)) return value;
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, pointing(field)]));
  return typeof value['name'] === 'string' ? { ...fields, namespace } : fields;
}

function withMetadata(object: KubernetesObject, metadata: object): KubernetesObject {
  return JSON.parse(JSON.stringify({ ...object, metadata: { ...object.metadata, ...metadata } })) as KubernetesObject;
}

function withSpec(object: KubernetesObject, spec: object): KubernetesObject {
  return { ...object, spec: { ...(isRecord(object.spec) ? object.spec : {}), ...spec } };
}
