import type { ClusterError } from '../../lib/engine/errors.ts';
import type { KubernetesObject, ObjectKey, Resource } from '../../lib/engine/objects.ts';
import type { Clock, Cluster } from '../../lib/engine/ports.ts';
import { selectedBy } from './label-selector.ts';
import { forbidden } from './refusals.ts';
import { createMemoryStore } from './store.ts';
import { create, type Ground, type Manifest, patch, remove } from './writes.ts';

export type { Manifest } from './writes.ts';

export type Verb = 'get' | 'list' | 'create' | 'patch' | 'patch status' | 'delete';

/** One call that the code under test made. */
export interface ClusterCall {
  readonly verb: Verb;
  readonly kind: string;
  /** Absent for lists. */
  readonly name?: string;
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
  const ground: Ground = { store: createMemoryStore(), clock, schemas };
  const { called, ...recorded } = recorder();
  return { name, ...recorded, ...callsOn(ground, called), user: userOf(ground) };
}

type Called = <Answer>(call: ClusterCall, work: () => Answer) => Promise<Answer>;

/** Writes down each call, and gives it to who intercepts. */
function recorder(): Pick<MemoryCluster, 'calls' | 'forgetCalls' | 'intercept'> & { readonly called: Called } {
  const calls: string[] = [];
  let interceptor: Interceptor | undefined;
  let intercepted = 0;
  return {
    calls,
    forgetCalls: () => void calls.splice(0),
    intercept(next) {
      interceptor = next;
      intercepted = 0;
    },
    async called(call, work) {
      calls.push(`${call.verb} ${call.kind}`);
      // One turn of the event loop, as for any real call: what runs side by side interleaves.
      await Promise.resolve();
      intercepted += 1;
      const failure = interceptor?.(call, intercepted);
      if (failure !== undefined) throw failure;
      return work();
    },
  };
}

/** What the code under test may do. */
function callsOn(ground: Ground, called: Called): Omit<Cluster, 'name'> {
  return {
    get: (resource, key) =>
      called({ verb: 'get', kind: resource.kind, name: key.name }, () => {
        if (resource.namespaced !== (key.namespace !== undefined)) throw forbidden(resource, key);
        return ground.store.find(resource, key);
      }),
    list: (resource, { namespace, labelSelector } = {}) =>
      called({ verb: 'list', kind: resource.kind }, () => {
        const selected = selectedBy(labelSelector);
        return ground.store.objects.filter(
          ({ kind, metadata }) =>
            kind === resource.kind &&
            (namespace === undefined || metadata.namespace === namespace) &&
            selected(metadata.labels ?? {}),
        );
      }),
    create: (resource, object) =>
      called({ verb: 'create', kind: resource.kind, name: object.metadata.name }, () =>
        create(ground, resource, object),
      ),
    patch: (resource, key, change, { subresource } = {}) =>
      called({ verb: subresource === undefined ? 'patch' : 'patch status', kind: resource.kind, name: key.name }, () =>
        patch(ground, resource, key, change, subresource === 'status'),
      ),
    delete: (resource, key, { uid } = {}) =>
      called({ verb: 'delete', kind: resource.kind, name: key.name }, () => remove(ground, resource, key, uid)),
  };
}

function userOf(ground: Ground): User {
  const { store } = ground;
  return {
    apply: (resource, manifest) => create(ground, resource, manifest),
    edit: (resource, key, change) => patch(ground, resource, key, change, false),
    editStatus: (resource, key, status) => patch(ground, resource, key, { status }, true),
    remove: (resource, key) => remove(ground, resource, key),
    plant: store.put,
    drop: store.drop,
    find: store.find,
    get objects() {
      return store.objects;
    },
  };
}
