import { ClusterError, Wait } from '../../engine/errors.ts';
import {
  display,
  findCondition,
  isRecord,
  type KubernetesObject,
  type ObjectKey,
  type Resource,
} from '../../engine/objects.ts';
import type { Run } from '../../engine/run.ts';
import type { User } from '../define.ts';
import { textAt } from '../fields.ts';

/** A user as the status names it. */
export interface UserRef {
  readonly name: string;
  readonly namespace: string;
}

const group = 'gateway-operator.konghq.com';
const dataPlanes: Resource = { group, version: 'v1beta1', kind: 'DataPlane', plural: 'dataplanes', namespaced: true };
const controlPlanes: Resource = { ...dataPlanes, kind: 'ControlPlane', plural: 'controlplanes' };

/** The CRD's limit of each list in the status. */
const maxListed = 16;

/** Where Kong's operator runs, its data planes and control planes may use an extension. It applies it; we only look. */
export const users: readonly User[] = [dataPlanes, controlPlanes].map((resource) => ({
  resource,
  targets,
  says: isApplied,
}));

/** The objects of the extension's namespace that refer to it. */
export interface Users {
  readonly dataPlanes: readonly KubernetesObject[];
  readonly controlPlanes: readonly KubernetesObject[];
}

export async function usersOf(run: Run): Promise<Users> {
  const [data, control] = await Promise.all([referring(run, dataPlanes), referring(run, controlPlanes)]);
  return { dataPlanes: data, controlPlanes: control };
}

/** `dataPlaneRefs` and `controlPlaneRefs`: who has the extension applied. Absent where nobody has. */
export function userStatus({ dataPlanes: data, controlPlanes: control }: Users) {
  return { dataPlaneRefs: refsOf(data), controlPlaneRefs: refsOf(control) };
}

/**
 * A data plane that uses the extension would lose its connection with the certificate.
 * @throws {Wait} naming who still uses it.
 */
export function refuseWhileUsed({ dataPlanes: data, controlPlanes: control }: Users): void {
  const [first] = [...data, ...control];
  if (first === undefined) return;
  const others = data.length + control.length - 1;
  const more = others > 0 ? ` and ${others} more` : '';
  throw new Wait(
    `still used by ${first.kind} ${display(first.metadata)}${more}: remove the extension from its spec.extensions; deletion goes on by itself then`,
  );
}

async function referring(run: Run, resource: Resource): Promise<readonly KubernetesObject[]> {
  const { namespace = '', name } = run.object.metadata;
  try {
    const all = await run.cluster.list(resource, { namespace });
    return all
      .filter((object) => targets(object).some((key) => key.namespace === namespace && key.name === name))
      .map((object) => ({ ...object, kind: resource.kind }));
  } catch (error) {
    // Kong's operator is not installed here.
    if (error instanceof ClusterError && error.status === 404) return [];
    throw error;
  }
}

function targets({ spec, metadata }: KubernetesObject): readonly ObjectKey[] {
  const extensions = isRecord(spec) ? spec['extensions'] : undefined;
  if (!Array.isArray(extensions) || metadata.namespace === undefined) return [];
  const { namespace } = metadata;
  return extensions.flatMap((extension: unknown) => {
    const name = textAt(extension, 'name');
    const ours =
      textAt(extension, 'group') === 'konnect.konghq.com' && textAt(extension, 'kind') === 'KonnectExtension';
    // Kong's operator refuses an extension of another namespace, too.
    const here = (textAt(extension, 'namespace') ?? namespace) === namespace;
    return ours && here && name !== undefined ? [{ namespace, name }] : [];
  });
}

function isApplied(object: KubernetesObject): boolean {
  return findCondition(object, 'KonnectExtensionApplied')?.status === 'True';
}

function refsOf(objects: readonly KubernetesObject[]): readonly UserRef[] | undefined {
  const refs = objects
    .filter(isApplied)
    .map(({ metadata }) => ({ name: metadata.name, namespace: metadata.namespace ?? '' }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, maxListed);
  return refs.length === 0 ? undefined : refs;
}
