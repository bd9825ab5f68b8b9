import { ClusterError } from '../engine/errors.ts';
import { secretResource } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import { together } from '../engine/together.ts';
import type { Known } from '../kinds/known.ts';
import type { Held } from './plan.ts';

/** Kong's operator labels the Secrets that it makes for data planes, and tells its users to label theirs. */
const certificateLabel = 'konghq.com/konnect-dp-cert';

/** The Secrets of certificates of data planes, which Kong's operator puts finalizers on. */
export async function certificateSecrets(
  cluster: Cluster,
  objects: readonly Known[],
  namespace?: string,
): Promise<readonly Held[]> {
  const labelled = await cluster.list(secretResource, {
    labelSelector: certificateLabel,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const known = new Set(labelled.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  // Their label may be missing.
  const named = objects
    .filter(({ kind }) => kind.lane === 'extension')
    .flatMap(({ kind, object }) =>
      (kind.wakes ?? [])
        .filter(({ resource }) => resource.kind === secretResource.kind)
        .flatMap(({ targets }) => targets(object)),
    )
    .filter((key) => !known.has(`${key.namespace}/${key.name}`));
  const found = await together(named.map((key) => cluster.get(secretResource, key)));
  return [...labelled, ...found.filter((one) => one !== undefined)].map((object) => ({
    resource: secretResource,
    object,
  }));
}

/** True where whoever asks may not read Secrets. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ClusterError && error.status === 403;
}
