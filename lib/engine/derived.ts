import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ClusterError, Terminal } from './errors.ts';
import { deletionPolicyAnnotation, derivedFromLabel, standsForAnnotation } from './names.ts';
import { display, isRecord, type KubernetesObject, keyOf, type OwnerReference, type Resource } from './objects.ts';
import { isRetained } from './ownership.ts';
import type { NewObject } from './ports.ts';
import type { Run } from './run.ts';

/** An object that should exist for another one. */
export interface Desired {
  /** The same for the same purpose, so that nothing is made twice. See `derivedName`. */
  readonly name: string;
  /** Its fields beside metadata, such as `spec`. A null stands for a field that must not be there. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Which objects of one resource should exist for the run's object, and which do. */
export interface Derivation {
  readonly resource: Resource;
  readonly desired: readonly Desired[];
  /** Those that were derived from it before. */
  readonly present: readonly KubernetesObject[];
  /** Controllers tell their objects by it; an object has one such owner at most. */
  readonly controller: boolean;
}

/** The objects of a resource that were derived from the run's object. */
export async function derivedFrom(run: Run, resource: Resource): Promise<readonly KubernetesObject[]> {
  const { namespace, uid } = run.object.metadata;
  const labelSelector = `${derivedFromLabel}=${uid}`;
  const listed = await run.cluster.list(resource, {
    labelSelector,
    ...(namespace === undefined ? {} : { namespace }),
  });
  // A label is quickly copied; the owner reference is what the cluster itself deletes by.
  return listed.filter((object) => isOwnedBy(object, run.object));
}

/**
 * Objects that were made for the run's object by another controller: they have its owner reference and not our label.
 * What is given to `keepDerived` under the name that it would have been given is ours from then on.
 */
export async function strangersOf(run: Run, resource: Resource): Promise<readonly KubernetesObject[]> {
  const { namespace } = run.object.metadata;
  const labelSelector = `!${derivedFromLabel}`;
  const listed = await run.cluster.list(resource, {
    labelSelector,
    ...(namespace === undefined ? {} : { namespace }),
  });
  return listed.filter((object) => isOwnedBy(object, run.object));
}

/** The name that a derived object has, or stands for. */
export function derivedNameOf({ metadata }: KubernetesObject): string {
  return metadata.annotations?.[standsForAnnotation] ?? metadata.name;
}

/** The same object, as one that stands for `name`. */
export function standingFor(object: KubernetesObject, name: string): KubernetesObject {
  const annotations = { ...object.metadata.annotations, [standsForAnnotation]: name };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** True where the object was made for `owner`, and goes with it. */
export function isOwnedBy(object: KubernetesObject, owner: KubernetesObject): boolean {
  return object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/**
 * Makes the derived objects what they should be; writes nothing where they are. They go with the run's object, and they
 * stay in Konnect or not as it does.
 * @throws {Terminal} where somebody else's object has the name of one that should be made; after all the others.
 */
export async function keepDerived(run: Run, { resource, desired, present, controller }: Derivation): Promise<void> {
  const surplus = present.filter((object) => !desired.some(({ name }) => name === derivedNameOf(object)));
  for (const object of surplus) await removeDerived(run, resource, object);
  const refused: Terminal[] = [];
  for (const one of desired) {
    const there = present.find((object) => derivedNameOf(object) === one.name);
    const wanted = { ...one.fields, metadata: metadataOf(run, controller, one.name, there) };
    if (there === undefined) refused.push(...(await make(run, resource, one, wanted)));
    else if (!holds(wanted, there)) await change(run, resource, there, wanted);
  }
  if (refused[0] !== undefined) throw refused[0];
}

/** Deletes a derived object; its own finalizer then cleans up after it. */
export async function removeDerived(run: Run, resource: Resource, object: KubernetesObject): Promise<void> {
  if (object.metadata.deletionTimestamp !== undefined) return;
  await run.cluster.delete(resource, keyOf(object), { uid: object.metadata.uid });
}

/** What is deleted because its owner is deleted stays in Konnect where the owner does. */
export async function passOnRetention(
  run: Run,
  resource: Resource,
  present: readonly KubernetesObject[],
): Promise<void> {
  if (!isRetained(run.object)) return;
  for (const object of present) {
    const { resourceVersion } = object.metadata;
    const metadata = { resourceVersion, annotations: { [deletionPolicyAnnotation]: 'retain' } };
    if (!isRetained(object)) await run.cluster.patch(resource, keyOf(object), { metadata });
  }
}

/** `<prefix>-<hash of the purpose>`: the same for the same purpose, and never longer than a name may be. */
export function derivedName(prefix: string, purpose: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(purpose)).digest('hex').slice(0, 10);
  const start = prefix.slice(0, 253 - hash.length - 1).replace(/[^a-z0-9]+$/, '');
  return `${start}-${hash}`;
}

interface Wanted {
  readonly metadata: ReturnType<typeof metadataOf>;
  readonly [field: string]: unknown;
}

function metadataOf({ object }: Run, controller: boolean, wantedName: string, there: KubernetesObject | undefined) {
  const { apiVersion, kind, metadata } = object;
  const owner: OwnerReference = {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    blockOwnerDeletion: true,
    ...(controller ? { controller } : {}),
  };
  return {
    labels: { [derivedFromLabel]: metadata.uid },
    annotations: {
      [deletionPolicyAnnotation]: isRetained(object) ? 'retain' : null,
      [standsForAnnotation]: there === undefined || there.metadata.name === wantedName ? null : wantedName,
    },
    ownerReferences: [owner],
  };
}

/** @returns why it could not be made, where its name is taken. */
async function make(run: Run, resource: Resource, { name }: Desired, wanted: Wanted): Promise<readonly Terminal[]> {
  const { namespace } = run.object.metadata;
  const key = namespace === undefined ? { name } : { namespace, name };
  const { metadata, ...fields } = wanted;
  const { labels, annotations, ownerReferences } = metadata;
  const named: NewObject['metadata'] = { ...key, labels, annotations: textsOf(annotations), ownerReferences };
  try {
    await run.cluster.create(resource, { ...withoutNulls(fields), metadata: named });
    return [];
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status !== 409) throw error;
    const holder = await run.cluster.get(resource, key);
    // Its going wakes nobody here: the name is free at the next try.
    if (holder === undefined) throw error;
    if (isOwnedBy(holder, run.object)) {
      // Somebody took our label off; it comes back.
      await change(run, resource, holder, wanted);
      return [];
    }
    return [
      new Terminal(
        `${resource.kind} ${display(key)} is in the way: it has the name of one that is made for ${run.object.kind} ${run.object.metadata.name}. Delete it, or give it another name`,
        { cause: error },
      ),
    ];
  }
}

async function change(run: Run, resource: Resource, object: KubernetesObject, wanted: Wanted): Promise<void> {
  // It has to go before it can come back; its going wakes whoever it was made for.
  if (object.metadata.deletionTimestamp !== undefined) return;
  const { resourceVersion } = object.metadata;
  await run.cluster.patch(resource, keyOf(object), { ...wanted, metadata: { ...wanted.metadata, resourceVersion } });
}

/** True where `present` has all that is wanted; what the API server filled in beside it does not count. */
function holds(wanted: unknown, present: unknown): boolean {
  if (wanted === null) return present === undefined || present === null;
  if (!isRecord(wanted)) return isDeepStrictEqual(wanted, present);
  const fields = isRecord(present) ? present : {};
  return Object.entries(wanted).every(([name, value]) => holds(value, fields[name]));
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, isRecord(value) ? withoutNulls(value) : value]),
  );
}

function textsOf(annotations: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
