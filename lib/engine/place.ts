import { isRecord, type KubernetesObject, statusOf } from './objects.ts';

/** Where an object's entity is in Konnect, as its status says. */
export interface Place {
  readonly id: string;
  /** The control plane that it lives in; its own id for a control plane. */
  readonly controlPlaneID: string;
  readonly organizationID: string | undefined;
  readonly serverURL: string | undefined;
}

/** More characters than any id of Konnect has. A longer one was put there by hand; in a path it would break the connection. */
const longestId = 128;

/** At `status.konnect` on kinds that live in a control plane, at `status` on control planes. Undefined before it exists. */
export function placeOf(object: KubernetesObject): Place | undefined {
  const status = statusOf(object);
  const nested = status['konnect'];
  const block = isRecord(nested) ? nested : status;
  const text = (field: string): string | undefined => {
    const value = block[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const idAt = (field: string): string | undefined => {
    const id = text(field);
    return id !== undefined && id.length <= longestId ? id : undefined;
  };
  const id = idAt('id');
  const controlPlaneID = isRecord(nested) ? idAt('controlPlaneID') : id;
  if (id === undefined || controlPlaneID === undefined) return undefined;
  return { id, controlPlaneID, organizationID: text('organizationID'), serverURL: text('serverURL') };
}
