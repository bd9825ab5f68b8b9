import { type KubernetesObject, keyOf, type ObjectKey, type Resource } from '../engine/objects.ts';
import type { Cluster, ListOptions } from '../engine/ports.ts';
import { kept, keptUnlessFailed } from './kept.ts';
import { WouldWrite } from './would-write.ts';

/** The manifest as `kubectl apply` notes it. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A cluster as it was at one moment, for runs that may not write. */
export interface ReadCluster extends Pick<Cluster, 'name' | 'get'> {
  /** All objects of a resource that belong here: of the namespace, where there is one, and those without any. */
  all(resource: Resource): Promise<readonly KubernetesObject[]>;
  /** The same for the run about one object: what it would note on that is no write, but `noted` tells of it. */
  about(subject: KubernetesObject): { readonly cluster: Cluster; readonly noted: () => boolean };
}

/**
 * Makes a cluster that is only read: objects of `listed` resources by one list each, others one by one and once.
 * @throws {WouldWrite} for every write but notes on the subject, which are taken for written.
 */
export function createReadCluster(
  cluster: Cluster,
  options: { readonly namespace?: string; readonly listed: (resource: Resource) => boolean },
): ReadCluster {
  const lists = new Map<string, Promise<Listed>>();
  const reads = new Map<string, Promise<KubernetesObject | undefined>>();

  const listed = (resource: Resource): Promise<Listed> => {
    const { namespace } = options;
    const here: ListOptions = namespace === undefined || !resource.namespaced ? {} : { namespace };
    // A failure as well: a list that came later after all would hide that objects had been overlooked (`managed.ts`).
    return kept(lists, nameOf(resource), async () => {
      const objects = (await cluster.list(resource, here)).map(slim);
      return { objects, byKey: new Map(objects.map((object) => [textOf(keyOf(object)), object])) };
    });
  };
  async function get(resource: Resource, key: ObjectKey): Promise<KubernetesObject | undefined> {
    if (options.listed(resource)) return (await listed(resource)).byKey.get(textOf(key));
    return keptUnlessFailed(reads, `${nameOf(resource)} ${textOf(key)}`, () => cluster.get(resource, key));
  }

  async function list(resource: Resource, asked: ListOptions = {}): Promise<readonly KubernetesObject[]> {
    if (asked.labelSelector !== undefined || !options.listed(resource)) return cluster.list(resource, asked);
    const { objects } = await listed(resource);
    return asked.namespace === undefined
      ? objects
      : objects.filter(({ metadata }) => metadata.namespace === asked.namespace);
  }

  return {
    name: cluster.name,
    get,
    all: async (resource) => (await listed(resource)).objects,
    about(subject) {
      let noted = false;
      const own: Cluster = {
        name: cluster.name,
        get,
        list,
        create: ({ kind }, { metadata }) => refuse(`create ${kind} ${metadata.name}`),
        delete: ({ kind }, { name }) => refuse(`delete ${kind} ${name}`),
        patch({ kind }, key) {
          if (subject.kind !== kind || textOf(keyOf(subject)) !== textOf(key))
            return refuse(`write ${kind} ${key.name}`);
          noted = true;
          return Promise.resolve(subject);
        },
      };
      return { cluster: own, noted: () => noted };
    },
  };
}

/** Without what nobody here looks at, which on a real cluster is more than half of an object. */
function slim(object: KubernetesObject): KubernetesObject {
  const { managedFields = [], annotations = {}, ...metadata } = object.metadata;
  const { [lastApplied]: _, ...kept } = annotations;
  const edits = managedFields.map(({ time, subresource }) => ({
    ...(time === undefined ? {} : { time }),
    ...(subresource === undefined ? {} : { subresource }),
  }));
  return { ...object, metadata: { ...metadata, annotations: kept, managedFields: edits } };
}

function refuse(what: string): Promise<never> {
  return Promise.reject(new WouldWrite('cluster', what));
}

interface Listed {
  readonly objects: readonly KubernetesObject[];
  readonly byKey: ReadonlyMap<string, KubernetesObject>;
}

function nameOf({ group, kind }: Resource): string {
  return `${group}/${kind}`;
}

function textOf({ namespace = '', name }: ObjectKey): string {
  return `${namespace}/${name}`;
}
