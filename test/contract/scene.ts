import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { folderOf } from '../../infra/generate/kinds.ts';
import {
  configMapResource,
  isRecord,
  type KubernetesObject,
  keyOf,
  type ObjectKey,
  secretResource,
} from '../../lib/engine/objects.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { allControllers } from '../../lib/whole-registry.ts';
import type { ApiServerUnderTest } from '../api-server.ts';
import { allExamples, exampleOf } from '../world/examples.ts';
import { startWorld, type World } from '../world.ts';

/* What the contract suites share: the examples of all kinds, applied, edited and deleted. */

type Fields = Readonly<Record<string, unknown>>;

export const examples = await allExamples();
export const everyKind = kinds.map((kind) => ({ name: kind.resource.kind, kind }));

/** One kind for each controller: where calls fail, kinds that share one differ in nothing that they do. */
export const everyController = everyKind.filter(
  ({ kind }, index) => everyKind.findIndex((other) => sharesController(other.kind, kind)) === index,
);

function sharesController(one: Kind, other: Kind): boolean {
  if (one === other) return true;
  const own = [one, other].some(({ resource }) => resource.kind in allControllers);
  return !own && (one.core === undefined) === (other.core === undefined);
}

/** A world in which the objects of some YAML, or of all examples, are as they should be. */
export async function converged(server: ApiServerUnderTest, yaml: string = examples): Promise<World> {
  const world = await startWorld(server.kubeconfig);
  await world.apply(yaml);
  expect(await world.settle()).toEqual([]);
  return world;
}

/** The example of one kind with all that it refers to: as small a world as the kind can be at home in. */
export async function homeOf(kind: Kind): Promise<string> {
  const found = new Set(parseAllDocuments(await exampleOf(kind)).map((document) => JSON.stringify(document.toJS())));
  const all = examples.split('\n---\n').map((text) => ({ text, object: JSON.parse(text) as KubernetesObject }));
  for (const text of found) {
    // A set goes on over what is added to it meanwhile.
    const needed = neededBy(JSON.parse(text) as KubernetesObject);
    for (const one of all) if (needed.some((key) => names(key, one.object))) found.add(one.text);
  }
  return [...found].join('\n---\n');
}

type Needed = { readonly kind: string } & ObjectKey;

function neededBy(object: KubernetesObject): readonly Needed[] {
  const kind = kinds.find(({ resource }) => resource.kind === object.kind);
  const own = kind?.refs.flatMap((ref) => ref.targets(object).map((key) => ({ ...key, kind: ref.kind }))) ?? [];
  const outside = kind?.wakes?.flatMap(({ resource, targets }) =>
    targets(object).map((key) => ({ ...key, kind: resource.kind })),
  );
  return [...own, ...(outside ?? [])];
}

function names({ kind, name }: Needed, object: KubernetesObject): boolean {
  return object.kind === kind && object.metadata.name === name;
}

export async function deleteAll(world: World) {
  for (const { kind, object } of await world.objects()) await world.admin.delete(kind.resource, keyOf(object));
  return world.settle();
}

/** Deletes what was made for objects that are gone: a real API server without its controllers leaves that undone. */
export async function collectGarbage(world: World): Promise<void> {
  const { namespace, admin } = world;
  const ours = (await world.objects()).map(({ kind, object }) => ({ resource: kind.resource, object }));
  const others = await Promise.all(
    [secretResource, configMapResource].map(async (resource) =>
      (await admin.list(resource, { namespace })).map((object) => ({ resource, object })),
    ),
  );
  const all = [...ours, ...others.flat()];
  const uids = new Set(all.map(({ object }) => object.metadata.uid));
  for (const { resource, object } of all) {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length > 0 && !owners.some(({ uid }) => uids.has(uid))) await admin.delete(resource, keyOf(object));
  }
}

/** The objects of one kind in its example, without what they refer to. */
export async function onlyOf(name: string): Promise<string> {
  const kind = kinds.find(({ resource }) => resource.kind === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  const documents = (await exampleOf(kind))
    .split(/^---$/m)
    .filter((text) => new RegExp(`^kind: ${name}$`, 'm').test(text));
  return documents.join('\n---\n');
}

/** The objects of one kind at home, with those that refer to them, and the other objects. */
export function parted(kind: Kind, home: string): { readonly own: string; readonly others: string } {
  const all = home.split('\n---\n').map((text) => ({ text, object: JSON.parse(text) as KubernetesObject }));
  const own = new Set(all.filter(({ object }) => object.kind === kind.resource.kind));
  for (const { object } of own) {
    // A set goes on over what is added to it meanwhile.
    for (const one of all) if (neededBy(one.object).some((key) => names(key, object))) own.add(one);
  }
  const others = all.filter((one) => !own.has(one));
  const join = (documents: Iterable<{ readonly text: string }>) =>
    [...documents].map(({ text }) => text).join('\n---\n');
  return { own: join(own), others: join(others) };
}

/** The object that the first document of the kind's example became. */
export async function firstOf(world: World, kind: Kind): Promise<KubernetesObject> {
  const { metadata } = parse((await onlyOf(kind.resource.kind)).split('\n---\n')[0] ?? '') as KubernetesObject;
  const name = kind.resource.namespaced ? metadata.name : `${metadata.name}-${world.namespace}`;
  return (await world.get(kind.resource.kind, name)) ?? missing();
}

/** What an edit of that object may look like, as a merge patch: `edit.yaml` beside the example; some kinds have none. */
export function editOf({ resource }: Kind): Fields | undefined {
  const file = join(import.meta.dirname, '..', '..', 'lib', 'kinds', folderOf(resource.kind), 'edit.yaml');
  return existsSync(file) ? (parse(readFileSync(file, 'utf8')) as Fields) : undefined;
}

/** The merge patch that undoes another one. */
export function undoing(edit: Fields, original: unknown): Fields {
  const before = isRecord(original) ? original : {};
  return Object.fromEntries(
    Object.entries(edit).map(([field, value]) => {
      const present = before[field];
      return [field, isRecord(value) && isRecord(present) ? undoing(value, present) : (present ?? null)];
    }),
  );
}

/** Tags that a user gave, without those that say for which object an entity was made. */
export function usersOf(tags: unknown): readonly unknown[] {
  const own = /^(k8s-|managed-by:)/;
  return Array.isArray(tags) ? tags.filter((tag: unknown) => !own.test(String(tag))) : [];
}

/** The object as a new one that takes the entity over. */
export function adopting(
  { metadata, status: _, spec, ...fields }: KubernetesObject,
  id: string,
  mode: 'match' | 'override' = 'match',
) {
  const { name, namespace } = metadata;
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([annotation]) => annotation.startsWith('konghq.com/')),
  );
  const adopt = { from: 'konnect', mode, konnect: { id } };
  return {
    ...fields,
    metadata: { name, annotations, ...(namespace === undefined ? {} : { namespace }) },
    spec: { ...(isRecord(spec) ? spec : {}), adopt },
  };
}

export function missing(): never {
  throw new Error('the object is gone');
}
