import { isRecord, type KubernetesObject, statusOf } from './objects.ts';

/** Where an object's entity is in Konnect, as its status says. */
export interface Place {
  readonly id: string;
  /** The control plane that it lives in; its own id for a control plane. */
  readonly controlPlaneID: string;
  readonly organizationID: string | undefined;
  readonly serverURL: string | undefined;
}

/** At `status.konnect` on kinds that live in a control plane, at `status` on control planes. Undefined before it exists. */
export function placeOf(object: KubernetesObject): Place | undefined {
  const status = statusOf(object);
  const nested = status['konnect'];
  const block = isRecord(nested) ? nested : status;
  const text = (field: string): string | undefined => {
    const value = block[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const id = text('id');
  const controlPlaneID = isRecord(nested) ? text('controlPlaneID') : id;
  if (id === undefined || controlPlaneID === undefined) return undefined;
  return { id, controlPlaneID, organizationID: text('organizationID'), serverURL: text('serverURL') };
}
