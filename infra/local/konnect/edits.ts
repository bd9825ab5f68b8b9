import { type CloudEdits, cloudEdits } from './cloud-gateways/edits.ts';
import { type ControlPlanePatch, type NewControlPlane, parseNew, parsePatch } from './control-planes/body.ts';
import { checkMembers } from './control-planes/members.ts';
import { createPlane, patchPlane, removePlane } from './control-planes/planes.ts';
import type { EntityType } from './core-entities/entity-type.ts';
import { entityTypes } from './core-entities/registry.ts';
import { removeEntity, type Store, upsertEntity } from './core-entities/store.ts';
import type { World } from './operation.ts';
import type { Region } from './region.ts';
import type { Body } from './schema.ts';
import { type ControlPlane, type DataPlaneCertificate, type Entity, entityTable, type Plane } from './state.ts';
import { all, drop, put } from './table.ts';

/**
 * Looks behind the API, and does what somebody does in Konnect's own pages: no request is recorded, no fault strikes, but the
 * same rules hold. Throws an Error for what does not exist, a Refusal for what the API would refuse.
 */
export interface Edits extends CloudEdits {
  controlPlanes(organizationId?: string): readonly ControlPlane[];
  members(controlPlaneId: string): readonly string[];
  certificates(controlPlaneId: string): readonly DataPlaneCertificate[];
  entities(controlPlaneId: string, collection: string): readonly Entity[];
  createControlPlane(organizationId: string, wanted: NewControlPlane, region?: Region): ControlPlane;
  patchControlPlane(id: string, patch: ControlPlanePatch): ControlPlane;
  removeControlPlane(id: string): void;
  setMembers(controlPlaneId: string, members: readonly string[]): void;
  removeCertificate(controlPlaneId: string, id: string): void;
  /** Creates or replaces. */
  putEntity(controlPlaneId: string, collection: string, id: string, fields: Body): Entity;
  /** Changes the fields given and leaves the others; null unsets one. */
  patchEntity(controlPlaneId: string, collection: string, id: string, fields: Body): Entity;
  removeEntity(controlPlaneId: string, collection: string, id: string): void;
}

export function createEdits(world: World): Edits {
  return { ...planeEdits(world), ...entityEdits(world), ...cloudEdits(world) };
}

type EntityEdits = Pick<Edits, 'entities' | 'putEntity' | 'patchEntity' | 'removeEntity'>;

function planeEdits(world: World): Omit<Edits, keyof EntityEdits | keyof CloudEdits> {
  const { planes } = world.state;
  const planeOf = (id: string) => requirePlane(world, id);
  return {
    controlPlanes: (organizationId) =>
      all(planes)
        .filter((plane) => organizationId === undefined || plane.organizationId === organizationId)
        .map(({ controlPlane }) => controlPlane),
    members: (id) => planeOf(id).members,
    certificates: (id) => all(planeOf(id).certificates),
    createControlPlane: (organizationId, wanted, region) =>
      createPlane(world, { organizationId, region }, parseNew(wanted)),
    patchControlPlane: (id, patch) => patchPlane(world, planeOf(id), parsePatch(patch)),
    removeControlPlane: (id) => removePlane(world.state, planeOf(id).controlPlane.id),
    setMembers: (id, members) => {
      checkMembers(world.state, planeOf(id), members);
      put(planes, id, { ...planeOf(id), members });
    },
    removeCertificate: (controlPlaneId, id) => {
      const { certificates } = planeOf(controlPlaneId);
      if (!certificates.rows.has(id)) throw new Error(`No certificate ${id} in the control plane ${controlPlaneId}`);
      drop(certificates, id);
    },
  };
}

function entityEdits(world: World): EntityEdits {
  const storeOf = (id: string): Store => ({ world, plane: requirePlane(world, id), types: entityTypes });
  return {
    entities: (controlPlaneId, collection) =>
      all(entityTable(requirePlane(world, controlPlaneId), requireType(collection).collection)),
    putEntity: (controlPlaneId, collection, id, fields) =>
      upsertEntity(storeOf(controlPlaneId), requireType(collection), id, fields),
    patchEntity: (controlPlaneId, collection, id, fields) => {
      const store: Store = { ...storeOf(controlPlaneId), isStored: (field) => !(field in fields) };
      const before = requireEntity(store, collection, id);
      return upsertEntity(store, requireType(collection), id, { ...before, ...fields });
    },
    removeEntity: (controlPlaneId, collection, id) => {
      const store = storeOf(controlPlaneId);
      removeEntity(store, requireType(collection), requireEntity(store, collection, id).id);
    },
  };
}

function requirePlane({ state: { planes } }: World, id: string): Plane {
  const plane = planes.rows.get(id);
  if (plane === undefined)
    throw new Error(`No control plane ${id} among the ${planes.rows.size} of the Konnect emulator`);
  return plane;
}

function requireType(collection: string): EntityType {
  const type = entityTypes.find((candidate) => candidate.collection === collection);
  if (type === undefined) throw new Error(`The Konnect emulator has no core entities called "${collection}"`);
  return type;
}

function requireEntity({ plane }: Store, collection: string, id: string): Entity {
  const entity = entityTable(plane, collection).rows.get(id);
  if (entity === undefined) throw new Error(`No ${collection} ${id} in the control plane ${plane.controlPlane.id}`);
  return entity;
}
