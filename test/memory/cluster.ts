import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { mergePatchObject } from '../../infra/local/kubernetes/patch/merge.ts';
import type { ClusterError } from '../../lib/engine/errors.ts';
import { display, isRecord, type KubernetesObject, type ObjectKey, type Resource } from '../../lib/engine/objects.ts';
import type { Clock, Cluster, NewObject } from '../../lib/engine/ports.ts';
import { selectedBy } from './label-selector.ts';
import { conflict, forbidden, invalid, missing, taken } from './refusals.ts';
import { defaulted, refuseUnlessValid } from './rules.ts';

export type Verb = 'get' | 'list' | 'create' | 'patch' | 'patch status' | 'delete';

/** One call that the code under test made. */
export interface ClusterCall {
  readonly verb: Verb;
  readonly kind: string;
  /** Absent for lists. */
  readonly name?: string;
}

/** What somebody applies: a manifest. */
export interface Manifest {
  readonly metadata: Omit<NewObject['metadata'], 'labels'> & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly [field: string]: unknown;
}

/** Runs before each call, `nth` from 1 since it was set: may change objects, or return the error that the call ends with. */
export type Interceptor = (call: ClusterCall, nth: number) => ClusterError | undefined;

/**
 * A cluster in memory with the rules of the API server that the engine depends on: resource versions and conflicts,
 * generations, the status subresource, defaults, schemas, finalizers, and root rules that read a status that is not there.
 */
export interface MemoryCluster extends Cluster {
  /** Calls of the code under test since the last `forgetCalls`, as `patch status KonnectExtension`. */
  readonly calls: readonly string[];
  forgetCalls(): void;
  intercept(interceptor: Interceptor | undefined): void;
  /** What a user does; not recorded, never intercepted. */
  readonly user: User;
}

export interface User {
  apply(resource: Resource, manifest: Manifest): KubernetesObject;
  /** A merge patch through the main endpoint. */
  edit(resource: Resource, key: ObjectKey, patch: Readonly<Record<string, unknown>>): KubernetesObject;
  editStatus(resource: Resource, key: ObjectKey, status: Readonly<Record<string, unknown>>): KubernetesObject;
  remove(resource: Resource, key: ObjectKey): void;
  /** Stores an object as it is, status and all, past every rule: what another CRD, or a hand in the store, left there. */
  plant(resource: Resource, object: KubernetesObject): KubernetesObject;
  /** The object is gone at once, whatever its finalizers. */
  drop(resource: Resource, key: ObjectKey): void;
  find(resource: Resource, key: ObjectKey): KubernetesObject | undefined;
  readonly objects: readonly KubernetesObject[];
}

/** @param options.schemas false: whose CRDs let everything through, and default nothing. */
export function createMemoryCluster(
  name: string,
  clock: Clock,
  { schemas = true }: { readonly schemas?: boolean } = {},
): MemoryCluster {
  const objects = new Map<string, KubernetesObject>();
  const calls: string[] = [];
  let interceptor: Interceptor | undefined;
  let intercepted = 0;
  let version = 100;

  const completed = (resource: Resource, object: KubernetesObject) => (schemas ? defaulted(resource, object) : object);
  const check = (...[resource, before, next]: Parameters<typeof refuseUnlessValid>): void => {
    if (schemas) refuseUnlessValid(resource, before, next);
  };

  const find = (resource: Resource, key: ObjectKey): KubernetesObject | undefined => objects.get(pathOf(resource, key));

  function store(resource: Resource, object: KubernetesObject): KubernetesObject {
    version += 1;
    const stored = sorted({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
    objects.set(pathOf(resource, stored.metadata), stored);
    return stored;
  }

  function create(resource: Resource, manifest: Manifest): KubernetesObject {
    if (find(resource, manifest.metadata) !== undefined) throw taken(resource, manifest.metadata);
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
    const complete = completed(resource, toObject(object));
    check(resource, undefined, complete);
    return store(resource, complete);
  }

  function patch(resource: Resource, key: ObjectKey, change: Patch, status: boolean): KubernetesObject {
    const before = find(resource, key);
    if (before === undefined) throw missing(resource, key);
    const wanted = isRecord(change['metadata']) ? change['metadata']['resourceVersion'] : undefined;
    if (wanted !== undefined && wanted !== before.metadata.resourceVersion) throw conflict(resource, key);
    const merged = mergePatchObject(json(before), json(change)) as unknown as KubernetesObject;
    const next = status ? withStatusOf(before, merged) : withoutStatusOf(before, merged);
    const complete = completed(resource, next);
    if (!status) refuseNewFinalizers(resource, before, complete);
    check(resource, before, complete);
    if (isDeepStrictEqual(sorted(complete), before)) return before;
    if (complete.metadata.deletionTimestamp !== undefined && (complete.metadata.finalizers ?? []).length === 0) {
      objects.delete(pathOf(resource, key));
      return complete;
    }
    return store(resource, complete);
  }

  function remove(resource: Resource, key: ObjectKey, uid?: string): void {
    const object = find(resource, key);
    if (object === undefined) return;
    if (uid !== undefined && uid !== object.metadata.uid) throw conflict(resource, key);
    if ((object.metadata.finalizers ?? []).length === 0) {
      objects.delete(pathOf(resource, key));
      return;
    }
    if (object.metadata.deletionTimestamp !== undefined) return;
    const deletionTimestamp = clock.now().toISOString();
    const generation = (object.metadata.generation ?? 0) + 1;
    store(resource, { ...object, metadata: { ...object.metadata, deletionTimestamp, generation } });
  }

  async function called<Answer>(call: ClusterCall, work: () => Answer): Promise<Answer> {
    calls.push(`${call.verb} ${call.kind}`);
    // One turn of the event loop, as for any real call: what runs side by side interleaves.
    await Promise.resolve();
    intercepted += 1;
    const failure = interceptor?.(call, intercepted);
    if (failure !== undefined) throw failure;
    return work();
  }

  return {
    name,
    calls,
    forgetCalls: () => void calls.splice(0),
    intercept(next) {
      interceptor = next;
      intercepted = 0;
    },
    get: (resource, key) =>
      called({ verb: 'get', kind: resource.kind, name: key.name }, () => {
        if (resource.namespaced !== (key.namespace !== undefined)) throw forbidden(resource, key);
        return find(resource, key);
      }),
    list: (resource, { namespace, labelSelector } = {}) =>
      called({ verb: 'list', kind: resource.kind }, () => {
        const selected = selectedBy(labelSelector);
        return [...objects.values()].filter(
          ({ kind, metadata }) =>
            kind === resource.kind &&
            (namespace === undefined || metadata.namespace === namespace) &&
            selected(metadata.labels ?? {}),
        );
      }),
    create: (resource, object) =>
      called({ verb: 'create', kind: resource.kind, name: object.metadata.name }, () => create(resource, object)),
    patch: (resource, key, change, { subresource } = {}) =>
      called({ verb: subresource === undefined ? 'patch' : 'patch status', kind: resource.kind, name: key.name }, () =>
        patch(resource, key, change, subresource === 'status'),
      ),
    delete: (resource, key, { uid } = {}) =>
      called({ verb: 'delete', kind: resource.kind, name: key.name }, () => remove(resource, key, uid)),
    user: {
      apply: create,
      edit: (resource, key, change) => patch(resource, key, change, false),
      editStatus: (resource, key, status) => patch(resource, key, { status }, true),
      remove: (resource, key) => remove(resource, key),
      plant: store,
      drop: (resource, key) => void objects.delete(pathOf(resource, key)),
      find,
      get objects() {
        return [...objects.values()];
      },
    },
  };
}

type Patch = Readonly<Record<string, unknown>>;

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

function pathOf(resource: Resource, key: ObjectKey): string {
  return `${resource.group}/${resource.plural}/${display(key)}`;
}

function json(value: unknown): Parameters<typeof mergePatchObject>[0] {
  return JSON.parse(JSON.stringify(value));
}

// As it comes back from JSON: what is undefined is absent.
function toObject(value: { readonly apiVersion: string; readonly kind: string; readonly metadata: object }) {
  return JSON.parse(JSON.stringify(value)) as KubernetesObject;
}

// The API server gives custom resources with sorted keys, whatever order they were written in.
function sorted<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}
