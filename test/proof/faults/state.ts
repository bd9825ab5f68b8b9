import type { LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import { conditionsOf, isRecord, type KubernetesObject, statusOf } from '../../../lib/engine/objects.ts';
import { placeOf } from '../../../lib/engine/place.ts';
import { content } from '../../contract/remote.ts';
import { organizationId, type World } from '../../world.ts';
import { sightOf } from './sight.ts';

/* Where a world ends, without what is chosen anew each time: ids, names made of ids, times, keys and certificates. */

type Fields = Readonly<Record<string, unknown>>;

/** All that there is in Konnect, in the cluster and in Secrets Manager: equal for every way that leads to the same end. */
export async function stateOf(world: World, kubernetes: LocalKubernetes): Promise<unknown> {
  const sight = await sightOf(kubernetes, world.namespace);
  const objects = sight.objects.map(({ object }) => object);
  const owned = [...sight.secrets, ...sight.configMaps];
  const names = new Map([...namesOf([...objects, ...owned]), [world.namespace, 'namespace']]);
  const state = {
    konnect: remoteOf(world),
    objects: objects.map(lastingOf),
    owned: owned.map((object) => ({ ...lastingOf(object), data: dataOf(object) })),
    stored: world.secrets.secrets().map(storedIn),
  };
  const known = JSON.stringify([objects, owned.map(dataOf)]);
  return sorted(
    JSON.parse(renamed(JSON.stringify(state), names), (field, value: unknown) =>
      field === 'cert' && !isKnown(value, known, names) ? 'a former certificate' : withoutGenerated(field, value),
    ),
  );
}

/** Konnect makes a control plane of its own for each region at the first call, and takes its time to end a network. */
function remoteOf(world: World): Fields {
  const { planes, ...rest } = content(world) as Fields & { readonly planes: readonly Fields[] };
  const networks = world.konnect.networks(organizationId).filter(({ state }) => state !== 'terminating');
  return {
    ...rest,
    planes: planes.filter(({ name }) => name !== 'default'),
    networks: networks.map(({ id, name }) => ({ id, name })),
  };
}

/** A certificate that an object holds; one that was replaced stays for a while. */
function isKnown(value: unknown, known: string, names: ReadonlyMap<string, string>): boolean {
  const text = String(value).trim();
  return known.includes(JSON.stringify(text).slice(1, -1)) || [...names.values()].includes(text);
}

/** What is called anew in each life of an object, by what it is to be called. */
function namesOf(objects: readonly KubernetesObject[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const called = new Map<string, string>();
  // An owner has its name before what was made for it.
  const inOrder = objects.toSorted((one, other) => ownersOf(one).length - ownersOf(other).length);
  for (const object of inOrder) {
    const { uid, name } = object.metadata;
    const owners = ownersOf(object).map((owner) => called.get(owner) ?? 'nobody');
    const what = `${object.kind} ${owners.length === 0 ? name : `of ${owners.join(' and ')} for ${purposeOf(object)}`}`;
    called.set(uid, what);
    names.set(uid, `uid of ${what}`);
    if (owners.length > 0) names.set(name, `name of ${what}`);
    const id = placeOf(object)?.id;
    if (id !== undefined) names.set(id, `id of ${what}`);
    const certificate = dataOf(object)['tls.crt'];
    if (owners.length > 0 && typeof certificate === 'string')
      names.set(JSON.stringify(certificate).slice(1, -1), `certificate in ${what}`);
  }
  return names;
}

function ownersOf({ metadata }: KubernetesObject): readonly string[] {
  return (metadata.ownerReferences ?? []).map(({ uid }) => uid);
}

/** What tells two objects of one owner apart: what they say, without the uids in it. */
function purposeOf({ spec, data }: KubernetesObject): string {
  return JSON.stringify(spec ?? Object.keys(isRecord(data) ? data : {})).replace(uuids, 'id');
}

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function lastingOf(object: KubernetesObject): Fields {
  const { apiVersion: _, kind, metadata, status, data: __, stringData: ___, ...fields } = object;
  const { name, generation, labels, annotations, finalizers, ownerReferences, deletionTimestamp } = metadata;
  const conditions = conditionsOf(object).map((condition) => ({
    ...condition,
    lastTransitionTime: undefined,
    observedGeneration: condition.observedGeneration === generation ? 'present' : 'former',
  }));
  return {
    kind,
    metadata: { name, labels, annotations, finalizers, ownerReferences, deleting: deletionTimestamp !== undefined },
    ...fields,
    ...(status === undefined ? {} : { status: { ...statusOf(object), conditions } }),
  };
}

/** The data in plain text; of a private key only that it is there. */
function dataOf({ kind, data }: KubernetesObject): Fields {
  const entries = Object.entries(isRecord(data) ? data : {}).map(([key, value]) => {
    if (key === 'tls.key') return [key, 'private key'];
    return [key, kind === 'Secret' ? Buffer.from(String(value), 'base64').toString('utf8') : value];
  });
  return Object.fromEntries(entries);
}

function storedIn({ name, deletion, versions }: ReturnType<World['secrets']['secrets']>[number]): Fields {
  const current = versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.value;
  const text = current !== undefined && 'SecretString' in current ? current.SecretString : undefined;
  return { name, deleted: deletion !== undefined, value: text?.replace(/"checkedAt":"[^"]*"/, '') };
}

function renamed(text: string, names: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [from, to] of [...names].toSorted(([one], [other]) => other.length - one.length))
    result = result.replaceAll(from, to.replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return result;
}

/** Konnect, and who issues certificates, make these anew at each write. */
function withoutGenerated(field: string, value: unknown): unknown {
  if (field === 'secret') return undefined;
  if (typeof value !== 'string') return value;
  return value
    .replace(uuids, 'id')
    .replace(/(?<=\bSecret .* )version \d+$/, 'version')
    .replace(/(?<=:secret:[\w/-]+)-[A-Za-z0-9]{6}\b/g, '-suffix')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'time')
    .replace(/\b[0-9a-f]{64}\b/g, 'hash')
    .replace(/\b[0-9a-f]{10}(?=\.[a-z]+\.[ct]p\.)/g, 'prefix')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, 'address');
}

/** Lists of entities and objects have no order of their own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(sorted);
    return all.every(isRecord) ? all.toSorted((one, other) => (text(one) < text(other) ? -1 : 1)) : all;
  }
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([field, one]) => [field, sorted(one)]));
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
