import { display, type KubernetesObject, type ObjectKey, type Resource } from './objects.ts';
import type { Cluster } from './ports.ts';

/** Reads objects that others refer to. */
export interface References {
  /** As `Cluster.get`. */
  read(cluster: Cluster, resource: Resource, key: ObjectKey): Promise<KubernetesObject | undefined>;
}

/**
 * Reads that the runs of one batch share: many objects refer to one control plane. For one batch only, since that is what
 * makes it as good as a read of one's own: every event of the batch had been sent before the first read, so no read is
 * older than the change that an event tells of. A later change of the object read sends an event of its own.
 */
export function createReferences(): References {
  const reads = new Map<string, Promise<KubernetesObject | undefined>>();
  return {
    read(cluster, resource, key) {
      const name = `${cluster.name} ${resource.group}/${resource.kind} ${display(key)}`;
      const known = reads.get(name);
      if (known !== undefined) return known;
      const read = cluster.get(resource, key);
      reads.set(name, read);
      // Trouble is not shared with those who come later.
      read.catch(() => reads.delete(name));
      return read;
    },
  };
}
