import {
  display,
  isRecord,
  type KubernetesObject,
  type ObjectKey,
  statusOf,
  statusText,
} from '../../engine/objects.ts';
import type { Judgement, Ref } from '../define.ts';
import { textAt } from '../fields.ts';
import { inherited } from '../parent-ref.ts';

/** What others need to know of a control plane. */
export interface ControlPlaneFacts {
  readonly id: string;
  readonly clusterType: string;
  readonly endpoints: { readonly controlPlane: string; readonly telemetry: string };
}

export const defaultClusterType = 'CLUSTER_TYPE_CONTROL_PLANE';

export function controlPlaneRef(targets: Ref['targets']): Ref {
  return { name: 'controlPlane', kind: 'KonnectGatewayControlPlane', targets, judge };
}

/** The control plane that an entity belongs to. Groups take their configuration from members, ingress controllers push theirs. */
export function entityControlPlaneRef(targets: Ref['targets']): Ref {
  return { name: 'controlPlane', kind: 'KonnectGatewayControlPlane', targets, judge: judgeForEntity };
}

/** True where the object names a control plane of Konnect. Some kinds are for ingress controllers where they name none. */
export function namesControlPlane(object: KubernetesObject): boolean {
  return textAt(object.spec, 'controlPlaneRef', 'type') === 'konnectNamespacedRef';
}

function judgeForEntity(found: KubernetesObject | undefined, key: ObjectKey): Judgement {
  const { problem, shown } = entityProblem(found, key);
  const passedOn = found === undefined ? [] : inherited(found);
  const refused = passedOn.some(({ type, status }) => type === 'APIAuthValid' && status === 'False');
  return {
    usable: problem === undefined && !refused,
    lost: isGone(found),
    conditions: [
      ...passedOn,
      {
        type: 'ControlPlaneRefValid',
        status: problem === undefined ? 'True' : 'False',
        reason: problem === undefined ? 'Valid' : 'Invalid',
        message: problem ?? `Referenced ControlPlane ${shown} is programmed`,
      },
    ],
  };
}

/** What was in it went with it, also where its object has not got another one yet. */
function isGone(found: KubernetesObject | undefined): boolean {
  return found === undefined || statusText(found, 'id') === undefined;
}

function entityProblem(found: KubernetesObject | undefined, { name }: ObjectKey) {
  const shown = `<konnectNamespacedRef:${name}>`;
  const type = found === undefined ? defaultClusterType : clusterTypeOf(found);
  return { shown, problem: entityProblemOf(found, shown, type) };
}

function entityProblemOf(found: KubernetesObject | undefined, shown: string, type: string): string | undefined {
  if (found === undefined) return `referenced Control Plane "${shown}" does not exist`;
  if (found.metadata.deletionTimestamp !== undefined) return `Referenced ControlPlane ${shown} is being deleted`;
  if (type !== defaultClusterType)
    return `Attaching to ControlPlane ${shown} with cluster type ${type} is not supported`;
  return statusText(found, 'id') === undefined ? `Referenced ControlPlane ${shown} is not programmed yet` : undefined;
}

/** What Konnect says it is, or what it is to be. Older answers call a plain control plane hybrid. */
export function clusterTypeOf(object: KubernetesObject): string {
  const type = statusText(object, 'clusterType') ?? textAt(object.spec, 'cluster_type') ?? defaultClusterType;
  return type === 'CLUSTER_TYPE_HYBRID' ? defaultClusterType : type;
}

/** Undefined until the control plane exists in Konnect and its endpoints are known. */
export function controlPlaneFacts(object: KubernetesObject): ControlPlaneFacts | undefined {
  const id = statusText(object, 'id');
  const endpoints = statusOf(object)['konnectEndpoints'];
  const controlPlane = isRecord(endpoints) ? textAt(endpoints, 'controlPlane') : undefined;
  const telemetry = isRecord(endpoints) ? textAt(endpoints, 'telemetry') : undefined;
  if (id === undefined || controlPlane === undefined || telemetry === undefined) return undefined;
  const clusterType = clusterTypeOf(object);
  return { id, clusterType, endpoints: { controlPlane, telemetry } };
}

/**
 * A control plane is usable as long as it exists in Konnect. A later update of it that fails, or is under way, changes
 * nothing for those that refer to it.
 */
function judge(found: KubernetesObject | undefined, key: ObjectKey): Judgement {
  const problem = problemOf(found, key);
  return {
    usable: problem === undefined,
    lost: isGone(found),
    conditions: [
      {
        type: 'ControlPlaneRefValid',
        status: problem === undefined ? 'True' : 'False',
        reason: problem === undefined ? 'Valid' : 'Invalid',
        message: problem ?? 'ControlPlaneRef is valid',
      },
    ],
  };
}

function problemOf(found: KubernetesObject | undefined, key: ObjectKey): string | undefined {
  if (found === undefined) return `Konnect control plane ${display(key)} does not exist`;
  if (found.metadata.deletionTimestamp !== undefined) return `Konnect control plane ${display(key)} is being deleted`;
  return controlPlaneFacts(found) === undefined
    ? `Konnect control plane ${display(key)} not programmed yet`
    : undefined;
}
