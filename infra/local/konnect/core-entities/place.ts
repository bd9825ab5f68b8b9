import { namesPlane, planeOf } from '../control-planes/planes.ts';
import { isUuid } from '../ids.ts';
import { type Call, param } from '../operation.ts';
import { isBody } from '../schema.ts';
import { type Entity, entityTable, type Plane } from '../state.ts';
import { all } from '../table.ts';
import { referredIds } from './constraints.ts';
import type { EntityType, Reference } from './entity-type.ts';
import { fieldDetail, invalidArgument, invalidEntity, notFound } from './refusals.ts';

/** Where operations find their entities: a whole collection, or what belongs to one parent in it. */
export interface Place {
  readonly types: readonly EntityType[];
  readonly type: EntityType;
  readonly parent?: { readonly type: EntityType; readonly reference: Reference };
}

/** The control plane of a path under it; the words of the refusal are the core entities'. */
export function requirePlane(call: Call): Plane {
  if (!namesPlane(call)) throw invalidArgument(` '${param(call, 'controlPlaneId')}' is not a valid uuid`);
  const plane = planeOf(call);
  if (plane === undefined) throw notFound();
  return plane;
}

/** All entities of a place. */
export function entitiesAt({ type, parent }: Place, call: Call, plane: Plane): readonly Entity[] {
  const entities = all(entityTable(plane, type.collection), call.stale);
  if (parent === undefined) return entities;
  const { id } = requireByKey(parent.type, param(call, 'parentId'), plane);
  return entities.filter((entity) => referredIds(parent.reference, entity).includes(id));
}

/** The entity that the path names, if it is at this place. */
export function entityAt({ type, parent }: Place, call: Call, plane: Plane): Entity | undefined {
  const found = byKey(type, param(call, 'entityId'), plane);
  if (parent === undefined) return found;
  const { id } = requireByKey(parent.type, param(call, 'parentId'), plane);
  return found !== undefined && referredIds(parent.reference, found).includes(id) ? found : undefined;
}

/** The body of a write below a parent gets the reference to it; a different one inside is a contradiction. */
export function bodyAt({ parent }: Place, call: Call, plane: Plane): unknown {
  if (parent === undefined || !isBody(call.body)) return call.body;
  const { field } = parent.reference;
  const { id } = requireByKey(parent.type, param(call, 'parentId'), plane);
  if (referredIds(parent.reference, call.body).some((given) => given !== id)) {
    throw invalidEntity([fieldDetail(`${field}.id`, ['must be equal to the ID in the path'])]);
  }
  return { ...call.body, [field]: { id } };
}

/** An entity by id, or by the label that the type's paths accept. */
export function byKey({ collection, label }: EntityType, key: string, plane: Plane): Entity | undefined {
  const table = entityTable(plane, collection);
  if (isUuid(key)) return table.rows.get(key);
  if (label === undefined) throw invalidArgument(` '${key}' is not a valid uuid`);
  if (!/^[0-9a-zA-Z.\-_~]{1,128}$/.test(key)) throw invalidArgument(`invalid ID:'${key}'`);
  return all(table).find((entity) => entity[label] === key);
}

/** The same, or the 404 of the core entities. */
export function requireByKey(type: EntityType, key: string, plane: Plane): Entity {
  const found = byKey(type, key, plane);
  if (found === undefined) throw notFound();
  return found;
}
