import { secret, uuid } from '../ids.ts';
import { seconds, type World } from '../operation.ts';
import type { Body } from '../schema.ts';
import { type Entity, entityTable, type Plane } from '../state.ts';
import { drop, put } from '../table.ts';
import { type Dependant, dependantsOf, foreignFaults, onDeleteOf, uniqueFaults } from './constraints.ts';
import type { EntityType, Making, Reading } from './entity-type.ts';
import { parseFields } from './fields.ts';
import { brokenConstraint, fieldDetail, invalidEntity, notPermitted, referenceDetail } from './refusals.ts';
import { reordered } from './sets.ts';

/** One control plane's core entities. */
export interface Store {
  readonly world: World;
  readonly plane: Plane;
  readonly types: readonly EntityType[];
  /** Says which fields of a write hold stored values already; none unless given. */
  readonly isStored?: Making['isStored'];
}

/** POST: a new entity, with the client's id if it sends one. */
export function createEntity(store: Store, type: EntityType, body: unknown): Entity {
  assertWritable(store.plane);
  const fields = parseFields(type, body, readingOf(store));
  const id = typeof fields['id'] === 'string' ? fields['id'] : uuid(store.world.state.ids);
  if (entityTable(store.plane, type.collection).rows.has(id)) {
    throw brokenConstraint([referenceDetail('id (type: unique) constraint failed', 'id')]);
  }
  return write(store, type, id, fields);
}

/** PUT: replaces the whole entity, or creates it under this id. What is left out returns to its default. */
export function upsertEntity(store: Store, type: EntityType, id: string, body: unknown): Entity {
  assertWritable(store.plane);
  const fields = parseFields(type, body, readingOf(store));
  if (fields['id'] !== undefined && fields['id'] !== id) {
    throw invalidEntity([fieldDetail('id', ['must be equal to the ID in the path'])]);
  }
  return write(store, type, id, fields);
}

/**
 * DELETE: with what cascades from it. Refused as long as an entity that does not go along still needs one that would go.
 * False when there was nothing to delete.
 */
export function removeEntity(store: Store, type: EntityType, id: string): boolean {
  assertWritable(store.plane);
  if (!entityTable(store.plane, type.collection).rows.has(id)) return false;
  for (const doomed of doomedWith(store, { collection: type.collection, id })) {
    drop(entityTable(store.plane, doomed.collection), doomed.id);
  }
  touch(store);
  return true;
}

interface Doomed {
  readonly collection: string;
  readonly id: string;
}

/** All that goes when one entity goes, what depends on others first; nothing is deleted before this has succeeded. */
function doomedWith({ world, types, plane }: Store, first: Doomed): readonly Doomed[] {
  const doomed = new Map([[`${first.collection}/${first.id}`, first]]);
  const restricting: Dependant[] = [];
  for (const { collection, id } of doomed.values()) {
    for (const dependant of dependantsOf(types, plane, collection, id)) {
      if (onDeleteOf(world.choices, dependant) === 'restrict') restricting.push(dependant);
      else doomed.set(keyOf(dependant), { collection: dependant.type.collection, id: dependant.entity.id });
    }
  }
  const blocker = restricting.find((dependant) => !doomed.has(keyOf(dependant)));
  if (blocker === undefined) return [...doomed.values()].toReversed();
  const message = `constraint failed (type: foreign) as ${blocker.type.name} references this value`;
  throw brokenConstraint([referenceDetail(message)]);
}

function keyOf({ type, entity }: Dependant): string {
  return `${type.collection}/${entity.id}`;
}

function readingOf({ world }: Store): Reading {
  return { choices: world.choices, now: world.clock() };
}

function write(store: Store, type: EntityType, id: string, parsed: Body): Entity {
  const fields = derived(store, type, parsed);
  const table = entityTable(store.plane, type.collection);
  const broken = [...uniqueFaults(store.plane, type, id, fields), ...foreignFaults(store.plane, type, fields)];
  if (broken.length > 0) throw brokenConstraint(broken);
  const before = table.rows.get(id);
  if (before === undefined && table.rows.size >= type.limit) {
    throw notPermitted(`the control plane has reached its limit of ${type.limit} ${type.collection}`);
  }
  const now = seconds(store.world.clock());
  const times = { created_at: before?.created_at ?? now, ...(!type.noUpdateTime && { updated_at: now }) };
  const entity: Entity = { ...fields, id, ...times };
  put(table, id, entity);
  touch(store);
  return entity;
}

function derived({ world, isStored = () => false }: Store, type: EntityType, fields: Body): Body {
  return reordered(type, type.derive?.(fields, { secret: () => secret(world.state.ids), isStored }) ?? fields);
}

function touch({ world, plane }: Store): void {
  plane.configuration.changedAt = seconds(world.clock());
}

function assertWritable({ controlPlane }: Plane): void {
  const type = controlPlane.config.cluster_type;
  if (type === 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER') throw notPermitted('operation not permitted on KIC cluster');
  if (type === 'CLUSTER_TYPE_CONTROL_PLANE_GROUP') throw notPermitted('operation not permitted on control plane group');
}
