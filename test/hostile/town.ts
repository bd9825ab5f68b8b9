import { entityTypes } from '../../infra/local/konnect/core-entities/registry.ts';
import { shortHash } from '../../infra/local/konnect/tokens.ts';
import { isRecord, type KubernetesObject, keyOf, type Resource, secretResource } from '../../lib/engine/objects.ts';
import { reconcile } from '../../lib/engine/reconcile.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import type { ObjectEventData } from '../../lib/events/event.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import type { Manifest } from '../memory/cluster.ts';
import { serviceKind } from '../memory/core.ts';
import { remotePlanes } from '../memory/manifests.ts';
import { namespace, organizationId, otherToken, type Stage, startStage } from '../memory/stage.ts';
import { allExamples, filledIn, inNamespace } from '../world/examples.ts';
import { givenInKonnect } from '../world/given.ts';
import { exampleToken } from '../world.ts';

/* A namespace in which every kind's example is at home, in a cluster whose CRDs let everything through. */

const documents = await allExamples();
const collections = entityTypes.map(({ collection }) => collection);
const mostRounds = 20;

export interface Town extends AsyncDisposable {
  readonly stage: Stage;
  /** The examples' objects, programmed. */
  readonly residents: readonly KubernetesObject[];
  /** Looks at the object once, by an event that says what `said` adds. */
  look(object: KubernetesObject, said?: Partial<ObjectEventData>): Promise<Verdict>;
  /** The manifests of the examples, in a namespace. */
  examplesIn(namespace: string): readonly KubernetesObject[];
  /** All that Konnect has for the examples, by id; text that is the same as long as nothing changed. */
  belongings(): ReadonlyMap<string, string>;
  /** What has come into the examples' control planes since. */
  intruders(): readonly string[];
  /** Requests with the token of the examples since the last reset. */
  ownRequests(): number;
  /** Removes from Konnect what was not there in the beginning. */
  sweep(): void;
}

export async function startTown(): Promise<Town> {
  const stage = await startStage({ schemas: false });
  const { konnect, cluster } = stage;
  konnect.addToken(organizationId, exampleToken);
  const given = await givenInKonnect(konnect, organizationId, otherToken);
  const examples = new Map<string, readonly KubernetesObject[]>();
  const examplesIn = (name: string): readonly KubernetesObject[] => {
    const known = examples.get(name) ?? moved(filledIn(documents, given), name);
    examples.set(name, known);
    return known;
  };
  const look = (object: KubernetesObject, said: Partial<ObjectEventData> = {}): Promise<Verdict> =>
    reconcile(stage.environment, cluster, { ...eventOf(object), ...said });
  const applied = examplesIn(namespace).map((one) => cluster.user.apply(resourceOf(one), one as unknown as Manifest));
  await settle(applied, look, stage);
  applied.push(await settleLegacy(stage, look));
  const residents = applied.map((one) => cluster.user.find(resourceOf(one), keyOf(one)) ?? one);
  const first = new Set(everything(stage).keys());
  const ours = shortHash(`Bearer ${exampleToken}`);
  return {
    stage,
    residents,
    look,
    examplesIn,
    belongings: () => new Map([...everything(stage)].filter(([id]) => first.has(id))),
    intruders: () => strangersIn(stage, first),
    ownRequests: () => konnect.requests.filter(({ tokenHash }) => tokenHash === ours).length,
    sweep: () => sweep(stage, first),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

function moved(yaml: string, to: string): readonly KubernetesObject[] {
  return inNamespace(yaml, to)
    .split('\n---\n')
    .map((text) => withData(JSON.parse(text) as KubernetesObject));
}

/** An entity that was there before, adopted as it was: nothing in Konnect says whose it is. */
async function settleLegacy(stage: Stage, look: Town['look']): Promise<KubernetesObject> {
  const { resource } = serviceKind;
  const plane = remotePlanes(stage).find(({ name }) => name === 'gateway-control-plane')?.id ?? '';
  const id = '00000000-0000-4000-8000-0000000000aa';
  stage.konnect.putEntity(plane, 'services', id, { name: 'legacy', host: 'legacy.internal' });
  const controlPlaneRef = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'gateway-control-plane' } };
  const object = stage.cluster.user.apply(resource, {
    metadata: { name: 'legacy', namespace },
    spec: {
      controlPlaneRef,
      name: 'legacy',
      host: 'legacy.internal',
      adopt: { from: 'konnect', mode: 'match', konnect: { id } },
    },
  });
  await settle([object], look, stage);
  return object;
}

/** A Secret as the API server stores it. */
function withData({ stringData, ...object }: KubernetesObject): KubernetesObject {
  if (!isRecord(stringData)) return object;
  const coded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]);
  return { ...object, data: Object.fromEntries(coded) };
}

export function resourceOf({ kind: name }: { readonly kind: string }): Resource {
  const found = kinds.find(({ resource }) => resource.kind === name)?.resource;
  if (found === undefined && name !== secretResource.kind) throw new Error(`no kind ${name}`);
  return found ?? secretResource;
}

export function eventOf(object: KubernetesObject): ObjectEventData {
  const { group, version, kind } = resourceOf(object);
  const { uid, resourceVersion, generation = 0 } = object.metadata;
  const key = keyOf(object);
  return { cluster: 'blue', group, version, kind, ...key, uid, resourceVersion, generation, cause: 'change' };
}

/** The names of what is not as it was, each with what it is now. */
export function differing(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): readonly string[] {
  return [...before].flatMap(([name, value]) =>
    after.get(name) === value
      ? []
      : [`${name}: ${String(value).slice(0, 200)} became ${String(after.get(name)).slice(0, 200)}`],
  );
}

async function settle(objects: readonly KubernetesObject[], look: Town['look'], stage: Stage): Promise<void> {
  const ours = objects.filter(({ kind }) => kind !== secretResource.kind);
  for (let round = 1; ; round += 1) {
    const restless: string[] = [];
    for (const object of [...ours, ...derived(stage)]) {
      const verdict = await look(object, { cause: 'dependency' });
      if (verdict.is !== 'done') restless.push(`${object.kind} ${object.metadata.name}: ${JSON.stringify(verdict)}`);
    }
    if (restless.length === 0) return;
    if (round === mostRounds) throw new Error(`the examples do not come to rest: ${restless.join('; ')}`);
    stage.now = new Date(stage.now.getTime() + 120_000);
  }
}

/** Objects that were made for others. */
function derived({ cluster }: Stage): readonly KubernetesObject[] {
  return cluster.user.objects.filter(
    ({ kind, metadata }) => metadata.ownerReferences !== undefined && kind.startsWith('Kong'),
  );
}

/** By id: entities, control planes, and what else there is, each with what it is made of. */
function everything({ konnect }: Stage): ReadonlyMap<string, string> {
  const planes = konnect.controlPlanes();
  const found: (readonly [string, unknown])[] = [
    ...planes.flatMap((plane) => [
      [plane.id, plane] as const,
      [`members of ${plane.id}`, konnect.members(plane.id)] as const,
      ...konnect.certificates(plane.id).map((one) => [String(one['id']), one] as const),
      ...collections.flatMap((name) => konnect.entities(plane.id, name).map((one) => [one.id, one] as const)),
    ]),
    ...konnect.networks(organizationId).map((one) => [String(one['id']), one] as const),
    ...konnect.configurations(organizationId).map((one) => [String(one['id']), one] as const),
  ];
  return new Map(found.map(([id, value]) => [id, JSON.stringify(value)]));
}

/** What is in one of the first control planes and was not there in the beginning. */
function strangersIn({ konnect }: Stage, first: ReadonlySet<string>): readonly string[] {
  const planes = konnect.controlPlanes().filter(({ id }) => first.has(id));
  const inside = planes.flatMap(({ id }) => [
    ...konnect.certificates(id).map((one) => ({ id: String(one['id']), what: `certificate in ${id}` })),
    ...collections.flatMap((name) =>
      konnect.entities(id, name).map((one) => ({ id: one.id, what: `${name} in ${id}` })),
    ),
  ]);
  return inside.filter(({ id }) => !first.has(id)).map(({ id, what }) => `${what}: ${id}`);
}

function sweep(stage: Stage, first: ReadonlySet<string>): void {
  const { konnect } = stage;
  for (const { id } of konnect.controlPlanes()) {
    if (!first.has(id)) {
      konnect.removeControlPlane(id);
      continue;
    }
    for (const name of collections) {
      for (const one of konnect.entities(id, name)) if (!first.has(one.id)) uproot(stage, id, name, one.id);
    }
  }
}

/** Konnect lets nothing go that others refer to: these go in a later round. */
function uproot({ konnect }: Stage, plane: string, collection: string, id: string): void {
  try {
    konnect.removeEntity(plane, collection, id);
  } catch (error) {
    if (!isRecord(error) && !(error instanceof Error)) throw error;
  }
}
