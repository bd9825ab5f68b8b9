import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { accountAnnotation, finalizer } from '../../lib/engine/names.ts';
import { type KubernetesObject, keyOf, secretResource } from '../../lib/engine/objects.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { base64 } from '../memory/manifests.ts';
import { foreignToken, namespace, otherToken } from '../memory/stage.ts';
import { differing, resourceOf, startTown, type Town } from './town.ts';
import { annotated, type Trick, tricks, withMetadata } from './tricks.ts';

/*
 * Somebody who may write what they like in a namespace of their own, status and notes of the system included, and has set
 * their mind on what the examples' namespace has. They may be without a token, or have one that can do as much in Konnect.
 */

const runsPerTown = 400;

interface Attempt {
  /** Without a token; with one that can do as much in Konnect as the examples'; with one of another organisation. */
  readonly namespace: 'tokenless' | 'rival' | 'stranger';
  /** Which of the examples' objects is copied. */
  readonly prey: string;
  readonly nth: number;
  readonly sameName: boolean;
  readonly tricks: readonly Trick[];
  /** What the object refers to is copied as well: with its status, as a mirror, or not at all. */
  readonly parents: 'typed' | 'mirrored' | 'none';
  readonly event: 'right' | 'uid';
}

// Who may make objects in one namespace makes none that are in no namespace.
const preyKinds = kinds.filter(({ resource }) => resource.namespaced).map(({ resource }) => resource.kind);

const attempt: fc.Arbitrary<Attempt> = fc.record({
  namespace: fc.oneof({ weight: 4, arbitrary: fc.constant('rival') }, fc.constantFrom('tokenless', 'stranger')),
  prey: fc.constantFrom(...preyKinds),
  nth: fc.nat({ max: 3 }),
  sameName: fc.boolean(),
  tricks: fc.uniqueArray(fc.constantFrom(...(Object.keys(tricks) as Trick[])), { maxLength: 4 }),
  parents: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('typed', 'mirrored') }, fc.constant('none')),
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
    spec: { type: 'secretRef', secretRef: { name: 'token' }, serverURL: 'eu.api.konghq.com' },
  });
  deepEqual(await look(auth), { is: 'done' });
}

async function tried(town: Town, one: Attempt): Promise<void> {
  const { stage, look, belongings } = town;
  const { cluster, konnect } = stage;
  const before = belongings();
  const strangers = new Set(town.intruders());
  const objectsBefore = versionsIn(town);
  const planted = objectsOf(town, one);
  konnect.resetRequests();
  const [target] = planted;
  if (target === undefined) return;
  const current = () => cluster.user.find(resourceOf(target), keyOf(target));
  // Parents before those that refer to them.
  for (const object of planted.toReversed()) await look(object, saying(town, one));
  for (const cause of ['dependency', 'drift'] as const) await look(target, { cause, ...saying(town, one) });
  const seen = current();
  if (seen !== undefined) {
    const generation = (seen.metadata.generation ?? 0) + 1;
    await look(cluster.user.plant(resourceOf(target), withMetadata(seen, { generation })));
  }
  // What their own token may do with a plane whose id they wrote down, it may do without us.
  const intruders = namesById(one) ? [] : town.intruders().filter((id) => !strangers.has(id));
  deepEqual(intruders, [], 'entities were made in a control plane of another namespace');
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

function namesById({ tricks: tried, parents, namespace: tenant }: Attempt): boolean {
  return tenant === 'rival' && (parents !== 'none' || tried.some((trick) => trick === 'mirror' || trick === 'id'));
}

/** The uid of the prey, under the name of the tenant's object. */
function saying(town: Town, one: Attempt) {
  return one.event === 'right' ? {} : { uid: preyOf(town, one).metadata.uid };
}

function orphaned(town: Town, one: Attempt) {
  const orphanIn = { namespace, name: 'gateway-control-plane' };
  return { uid: preyOf(town, one).metadata.uid, orphanIn };
}

function preyOf({ residents }: Town, { prey, nth }: Attempt): KubernetesObject {
  const preys = residents.filter(({ kind }) => kind === prey);
  const found = preys[nth % preys.length];
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
  const example = town
    .examplesIn(tenant)
    .find((one) => one.kind === prey.kind && one.metadata.name === prey.metadata.name);
  const { metadata: _, status: __, ...fields } = example ?? prey;
  const uid = `${tenant}-${prey.kind}-${name}`;
  const metadata = {
    name,
    namespace: tenant,
    uid,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2020-01-01T00:00:00Z',
  };
  return { ...fields, apiVersion: prey.apiVersion, kind: prey.kind, metadata };
}

function parentsOf(town: Town, object: KubernetesObject): readonly KubernetesObject[] {
  const { refs = [] } = kinds.find(({ resource }) => resource.kind === object.kind) ?? {};
  const own = refs.flatMap((ref) =>
    ref
      .targets(object)
      .flatMap(({ name }) => town.residents.find((one) => one.kind === ref.kind && one.metadata.name === name) ?? []),
  );
  const parents = own.filter(({ kind }) => kind !== 'KonnectAPIAuthConfiguration');
  return [...new Set([...parents, ...parents.flatMap((parent) => parentsOf(town, parent))])];
}

function asParent(town: Town, prey: KubernetesObject, { namespace: tenant, parents }: Attempt): KubernetesObject {
  const bare = copied(town, prey, tenant, prey.metadata.name);
  if (parents === 'mirrored' && prey.kind === 'KonnectGatewayControlPlane')
    return tricks.mirror({ prey, object: bare });
  return annotated(tricks.status({ prey, object: bare }), { [accountAnnotation]: `${tenant}/konnect-api-auth` });
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
