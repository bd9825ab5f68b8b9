import type { Kind } from '../kinds/define.ts';
import { ClusterError, Retry, Terminal } from './errors.ts';
import {
  accountAnnotation,
  deletionPolicyAnnotation,
  finalizer,
  kongOperatorFinalizer,
  kongPluginFinalizer,
  pausedAnnotation,
  unfinishedAnnotation,
} from './names.ts';
import { holdsForGeneration, type KubernetesObject, keyOf } from './objects.ts';
import type { Cluster } from './ports.ts';
import type { Run } from './run.ts';

type Annotations = Readonly<Record<string, string | null>>;

export function isHeld(object: KubernetesObject): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

/** True where the status of an object that is ours says more than we know of it. */
export function isUnfinished(object: KubernetesObject): boolean {
  return object.metadata.annotations?.[unfinishedAnnotation] === 'true';
}

/** False: the object is for somebody else, and nothing of it is ours any more. */
export function concernsUs(kind: Pick<Kind, 'concerns'>, object: KubernetesObject): boolean {
  return isHeld(object) || kind.concerns?.(object) !== false;
}

export function isPaused(object: KubernetesObject): boolean {
  return object.metadata.annotations?.[pausedAnnotation] === 'true';
}

export function isRetained(object: KubernetesObject): boolean {
  return object.metadata.annotations?.[deletionPolicyAnnotation] === 'retain';
}

/** Kong's own operator holds the object. */
export function isManagedElsewhere(object: KubernetesObject): boolean {
  return holdOfKong(object) !== undefined;
}

function holdOfKong({ metadata }: KubernetesObject): string | undefined {
  return metadata.finalizers?.find((name) => name === kongOperatorFinalizer || name === kongPluginFinalizer);
}

/**
 * Two controllers on one object would overwrite and delete each other's entities.
 * @throws {Terminal} where Kong's own operator holds the object.
 */
export function refuseIfManagedElsewhere(object: KubernetesObject): void {
  const hold = holdOfKong(object);
  if (hold === undefined) return;
  throw new Terminal(
    `the object is managed by Kong's operator (finalizer ${hold}): stop that operator's Konnect controllers and remove the finalizer, or leave the object to it`,
    { reason: 'ManagedByAnotherController' },
  );
}

/**
 * Puts our finalizer on the object, with what a later deletion can fall back on: the auth configuration, and annotations
 * of the kind. Called before the first remote write, so that nothing is ever left behind in Konnect. Writes nothing when
 * all is there.
 */
export async function hold(
  run: Run,
  account?: { readonly namespace: string; readonly name: string },
  annotations: Annotations = {},
): Promise<void> {
  await patchMetadata(run, (object) => {
    // With the finalizer alone it would look done, should the run end here.
    const unfinished = !isHeld(object) && holdsForGeneration(object, run.kind.mainCondition);
    const recorded: Annotations = {
      ...(account === undefined ? {} : { [accountAnnotation]: `${account.namespace}/${account.name}` }),
      ...(unfinished ? { [unfinishedAnnotation]: 'true' } : {}),
      ...annotations,
    };
    const missing = missingOn(object, recorded);
    if (isHeld(object) && missing.length === 0) return undefined;
    return {
      ...(isHeld(object) ? {} : { finalizers: [...(object.metadata.finalizers ?? []), finalizer] }),
      ...(missing.length === 0 ? {} : { annotations: Object.fromEntries(missing) }),
    };
  });
}

/** Changes annotations alone; null takes one off. Writes nothing when all is there. */
export async function annotate(run: Run, annotations: Annotations): Promise<void> {
  await patchMetadata(run, (object) => {
    const missing = missingOn(object, annotations);
    return missing.length === 0 ? undefined : { annotations: Object.fromEntries(missing) };
  });
}

function missingOn({ metadata }: KubernetesObject, annotations: Annotations) {
  return Object.entries(annotations).filter(([name, value]) => (metadata.annotations?.[name] ?? null) !== value);
}

/** Takes our finalizer off, and changes annotations in the same write; the API server then deletes the object if no other is left. */
export async function letGo(run: Run, annotations?: Annotations): Promise<void> {
  await patchMetadata(run, (object) =>
    isHeld(object)
      ? {
          finalizers: (object.metadata.finalizers ?? []).filter((name) => name !== finalizer),
          ...(annotations === undefined ? {} : { annotations }),
        }
      : undefined,
  );
}

/**
 * The auth configuration that `hold` recorded. Users can write annotations, so one of another namespace than the
 * object's is not believed: it would lend them a token that they have no right to.
 */
export function recordedAccount(
  object: KubernetesObject,
): { readonly namespace: string; readonly name: string } | undefined {
  const [namespace, name, ...rest] = (object.metadata.annotations?.[accountAnnotation] ?? '').split('/');
  if (!namespace || !name || rest.length > 0) return undefined;
  const own = object.metadata.namespace;
  return own === undefined || own === namespace ? { namespace, name } : undefined;
}

type MetadataChange = Readonly<Record<string, unknown>>;

async function patchMetadata(
  run: Run,
  change: (object: KubernetesObject) => MetadataChange | undefined,
): Promise<void> {
  const patched = await patchOnce(run.cluster, run, change);
  if (patched === 'conflict') {
    await readAgain(run);
    if ((await patchOnce(run.cluster, run, change)) === 'conflict') {
      throw new Retry('the object changes faster than its metadata can be patched', { afterSeconds: 1 });
    }
  }
}

async function patchOnce(
  cluster: Cluster,
  run: Run,
  change: (object: KubernetesObject) => MetadataChange | undefined,
): Promise<'patched' | 'conflict'> {
  if (change(run.object) === undefined) return 'patched';
  try {
    await giveStatus(cluster, run);
    const { resourceVersion } = run.object.metadata;
    const metadata = change(run.object) ?? {};
    const patch = { metadata: { resourceVersion, ...metadata } };
    run.object = await cluster.patch(run.kind.resource, keyOf(run.object), patch);
    return 'patched';
  } catch (error) {
    if (isConflict(error)) return 'conflict';
    throw error;
  }
}

/**
 * Rules of Kong's CRDs read `self.status` without asking whether there is one, so the API server refuses every update of
 * an object that has no status yet: not even a finalizer can be added (or taken off) before one was written.
 */
async function giveStatus(cluster: Cluster, run: Run): Promise<void> {
  if (run.object.status !== undefined) return;
  const { resourceVersion } = run.object.metadata;
  const patch = { metadata: { resourceVersion }, status: {} };
  run.object = await cluster.patch(run.kind.resource, keyOf(run.object), patch, { subresource: 'status' });
}

async function readAgain(run: Run): Promise<void> {
  const fresh = await run.cluster.get(run.kind.resource, keyOf(run.object));
  const { uid, generation, deletionTimestamp } = run.object.metadata;
  const same =
    fresh?.metadata.uid === uid &&
    fresh.metadata.generation === generation &&
    fresh.metadata.deletionTimestamp === deletionTimestamp;
  // Steps that were planned for another generation, or for a live object, must not go on.
  if (!same || fresh === undefined) throw new Retry('the object changed while it was reconciled', { afterSeconds: 0 });
  run.object = fresh;
}

function isConflict(error: unknown): boolean {
  return error instanceof ClusterError && error.status === 409;
}
