import type { ControlPlanePatch } from './control-planes/body.ts';
import { type NewControlPlane, parseNew, parsePatch } from './control-planes/body.ts';
import { createPlane, patchPlane, removePlane } from './control-planes/planes.ts';
import type { World } from './operation.ts';
import type { Region } from './region.ts';
import type { ControlPlane, DataPlaneCertificate, Plane } from './state.ts';
import { all, drop } from './table.ts';

/** Looks behind the API, and does what somebody does in Konnect's own pages: no request is recorded, no fault strikes. */
export interface Edits {
  controlPlanes(organizationId?: string): readonly ControlPlane[];
  certificates(controlPlaneId: string): readonly DataPlaneCertificate[];
  createControlPlane(organizationId: string, wanted: NewControlPlane, region?: Region): ControlPlane;
  patchControlPlane(id: string, patch: ControlPlanePatch): ControlPlane;
  removeControlPlane(id: string): void;
  removeCertificate(controlPlaneId: string, id: string): void;
}

export function createEdits(world: World): Edits {
  const { planes } = world.state;
  const planeOf = (id: string) => requirePlane(world, id);
  return {
    controlPlanes: (organizationId) =>
      all(planes)
        .filter((plane) => organizationId === undefined || plane.organizationId === organizationId)
        .map(({ controlPlane }) => controlPlane),
    certificates: (controlPlaneId) => all(planeOf(controlPlaneId).certificates),
    createControlPlane: (organizationId, wanted, region) =>
      createPlane(world, { organizationId, region }, parseNew(wanted)),
    patchControlPlane: (id, patch) => patchPlane(world, planeOf(id), parsePatch(patch)),
    removeControlPlane: (id) => removePlane(world.state, planeOf(id).controlPlane.id),
    removeCertificate: (controlPlaneId, id) => drop(planeOf(controlPlaneId).certificates, id),
  };
}

function requirePlane({ state }: World, id: string): Plane {
  const plane = state.planes.rows.get(id);
  if (plane === undefined)
    throw new Error(`No control plane ${id} in the Konnect emulator: it has ${state.planes.rows.size}`);
  return plane;
}
