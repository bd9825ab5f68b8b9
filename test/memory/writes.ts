import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { mergePatchObject } from '../../infra/local/kubernetes/patch/merge.ts';
import { isRecord, type KubernetesObject, type ObjectKey, type Resource } from '../../lib/engine/objects.ts';
import type { Clock, NewObject } from '../../lib/engine/ports.ts';
import { conflict, invalid, missing, taken } from './refusals.ts';
import { defaulted, refuseUnlessValid } from './rules.ts';
import { type MemoryStore, sorted } from './store.ts';

/* What a write makes of the objects of a cluster in memory. */

/** What is written to, and by which rules. */
export interface Ground {
  readonly store: MemoryStore;
  readonly clock: Clock;
  /** False: the CRDs let everything through, and default nothing. */
  readonly schemas: boolean;
}

/** What somebody applies: a manifest. */
export interface Manifest {
  readonly metadata: Omit<NewObject['metadata'], 'labels'> & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly [field: string]: unknown;
}

export type Patch = Readonly<Record<string, unknown>>;

export function create(ground: Ground, resource: Resource, manifest: Manifest): KubernetesObject {
  const { store, clock } = ground;
  if (store.find(resource, manifest.metadata) !== undefined) throw taken(resource, manifest.metadata);
  const { status: _, ...written } = manifest;
  const object = {
    ...written,
    apiVersion: resource.group === '' ? resource.version : `${resource.group}/${resource.version}`,
    kind: resource.kind,
    metadata: {
      ...manifest.metadata,
      uid: randomUUID(),
      resourceVersion: '0',
      creationTimestamp: clock.now().toISOString(),
      ...(resource.group === '' ? {} : { generation: 1 }),
    },
  };
  const complete = completed(ground, resource, toObject(object));
  check(ground, resource, undefined, complete);
  return store.put(resource, complete);
}

export function patch(
  ground: Ground,
  resource: Resource,
  key: ObjectKey,
  change: Patch,
  isStatus: boolean,
): KubernetesObject {
  const { store } = ground;
  const before = store.find(resource, key);
  if (before === undefined) throw missing(resource, key);
  const wanted = isRecord(change['metadata']) ? change['metadata']['resourceVersion'] : undefined;
  if (wanted !== undefined && wanted !== before.metadata.resourceVersion) throw conflict(resource, key);
  const merged = mergePatchObject(json(before), json(change)) as unknown as KubernetesObject;
  const next = isStatus ? withStatusOf(before, merged) : withoutStatusOf(before, merged);
  const complete = completed(ground, resource, next);
  if (!isStatus) refuseNewFinalizers(resource, before, complete);
  check(ground, resource, before, complete);
  if (isDeepStrictEqual(sorted(complete), before)) return before;
  if (complete.metadata.deletionTimestamp !== undefined && (complete.metadata.finalizers ?? []).length === 0) {
    store.drop(resource, key);
    return complete;
  }
  return store.put(resource, complete);
}

export function remove({ store, clock }: Ground, resource: Resource, key: ObjectKey, uid?: string): void {
  const object = store.find(resource, key);
  if (object === undefined) return;
  if (uid !== undefined && uid !== object.metadata.uid) throw conflict(resource, key);
  if ((object.metadata.finalizers ?? []).length === 0) {
    store.drop(resource, key);
    return;
  }
  if (object.metadata.deletionTimestamp !== undefined) return;
  const deletionTimestamp = clock.now().toISOString();
  const generation = (object.metadata.generation ?? 0) + 1;
  store.put(resource, { ...object, metadata: { ...object.metadata, deletionTimestamp, generation } });
}

function completed({ schemas }: Ground, resource: Resource, object: KubernetesObject): KubernetesObject {
  return schemas ? defaulted(resource, object) : object;
}

function check(
  { schemas }: Ground,
  resource: Resource,
  before: KubernetesObject | undefined,
  next: KubernetesObject,
): void {
  if (schemas) refuseUnlessValid(resource, before, next);
}

// A write to the status changes nothing else, whatever its body says.
function withStatusOf(before: KubernetesObject, { status }: KubernetesObject): KubernetesObject {
  return { ...before, status };
}

function withoutStatusOf(before: KubernetesObject, { status: _, ...written }: KubernetesObject): KubernetesObject {
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp } = before.metadata;
  const kept = { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp };
  const { status: __, ...content } = before;
  const unlike = !isDeepStrictEqual(sorted({ ...written, metadata: null }), sorted({ ...content, metadata: null }));
  const bumped = unlike && generation !== undefined ? { generation: generation + 1 } : {};
  const next = toObject({ ...written, metadata: { ...written.metadata, ...kept, ...bumped } });
  return before.status === undefined ? next : { ...next, status: before.status };
}

function refuseNewFinalizers(resource: Resource, before: KubernetesObject, next: KubernetesObject): void {
  if (before.metadata.deletionTimestamp === undefined) return;
  const added = (next.metadata.finalizers ?? []).filter((one) => !before.metadata.finalizers?.includes(one));
  if (added.length === 0) return;
  throw invalid(resource, next.metadata, [
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted',
  ]);
}

function json(value: unknown): Parameters<typeof mergePatchObject>[0] {
  return JSON.parse(JSON.stringify(value));
}

// As it comes back from JSON: what is undefined is absent.
function toObject(value: { readonly apiVersion: string; readonly kind: string; readonly metadata: object }) {
  return JSON.parse(JSON.stringify(value)) as KubernetesObject;
}
