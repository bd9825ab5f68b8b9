import { ClusterError } from '../engine/errors.ts';
import type { KubernetesObject } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import type { Step } from './plan.ts';

/** Somebody else writes as well; whoever loses this often has met a controller that still runs. */
const attempts = 3;

/**
 * Takes the finalizers of one step off, and leaves those of others.
 * @throws {ClusterError} where the cluster refuses, or the object changes at each try.
 */
export async function takeOff(cluster: Cluster, { resource, key, finalizers }: Step): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const object = await cluster.get(resource, key);
    const present = object?.metadata.finalizers ?? [];
    if (object === undefined || !present.some((name) => finalizers.includes(name))) return;
    // It would go, and what Konnect has of it would stay.
    if (object.metadata.deletionTimestamp !== undefined) return;
    try {
      await patch(cluster, { resource, key, finalizers }, object);
      return;
    } catch (error) {
      if (!(error instanceof ClusterError) || error.status !== 409 || attempt >= attempts) throw error;
    }
  }
}

async function patch(cluster: Cluster, { resource, key, finalizers }: Step, { metadata }: KubernetesObject) {
  const left = (metadata.finalizers ?? []).filter((name) => !finalizers.includes(name));
  await cluster.patch(resource, key, { metadata: { resourceVersion: metadata.resourceVersion, finalizers: left } });
}
