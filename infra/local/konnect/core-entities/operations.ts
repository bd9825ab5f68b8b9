import { type Answer, created, noContent, ok } from '../answer.ts';
import { namesPlane, planeOf } from '../control-planes/planes.ts';
import { isUuid } from '../ids.ts';
import { type Call, type Operation, param } from '../operation.ts';
import { isBody } from '../schema.ts';
import { type Entity, entityTable, type Plane } from '../state.ts';
import { all } from '../table.ts';
import { referredIds } from './constraints.ts';
import type { EntityType, Reference } from './entity-type.ts';
import { listPage } from './list.ts';
import { fieldDetail, invalidArgument, invalidEntity, notFound } from './refusals.ts';
import { createEntity, removeEntity, type Store, upsertEntity } from './store.ts';

const root = '/v2/control-planes/:controlPlaneId/core-entities';

/** Where operations find their entities: a whole collection, or what belongs to one parent in it. */
interface Place {
  readonly types: readonly EntityType[];
  readonly type: EntityType;
  readonly parent?: { readonly type: EntityType; readonly reference: Reference };
}

/** Every operation of every type, under its own path and under the paths of those it belongs to. */
export function coreEntityOperations(types: readonly EntityType[]): readonly Operation[] {
  return types.flatMap((type) => [...operationsAt({ types, type }), ...nestedOperations(types, type)]);
}

function nestedOperations(types: readonly EntityType[], type: EntityType): readonly Operation[] {
  return type.references
    .filter(({ nested }) => nested)
    .flatMap((reference) => {
      const parent = types.find(({ collection }) => collection === reference.to);
      return parent === undefined ? [] : operationsAt({ types, type, parent: { type: parent, reference } });
    });
}

function operationsAt(place: Place): readonly Operation[] {
  const { type, parent } = place;
  const under = parent === undefined ? root : `${root}/${parent.type.collection}/:parentId`;
  const collection = `${under}/${type.collection}`;
  const item = `${collection}/:entityId`;
  const one = pascal(type.name) + (parent === undefined ? '' : `With${pascal(parent.type.name)}`);
  const many = pascal(type.collection) + (parent === undefined ? '' : `With${pascal(parent.type.name)}`);
  const family = 'core-entities';
  return [
    { name: `List${many}`, method: 'GET', path: collection, family, handle: (call) => list(place, call) },
    { name: `Create${one}`, method: 'POST', path: collection, family, handle: (call) => create(place, call) },
    { name: `Get${one}`, method: 'GET', path: item, family, handle: (call) => get(place, call) },
    { name: `Upsert${one}`, method: 'PUT', path: item, family, handle: (call) => upsert(place, call) },
    { name: `Delete${one}`, method: 'DELETE', path: item, family, handle: (call) => remove(place, call) },
  ];
}

function list(place: Place, call: Call): Answer {
  const entities = entitiesAt(place, call, storeOf(place, call));
  const ignoreTags = place.parent !== undefined;
  return ok(listPage(place.type, entities, { path: call.path, query: call.query, ignoreTags }));
}

function create(place: Place, call: Call): Answer {
  const store = storeOf(place, call);
  return created(createEntity(store, place.type, bodyAt(place, call, store)));
}

function get(place: Place, call: Call): Answer {
  const entity = find(place, call, storeOf(place, call));
  if (entity === undefined) throw notFound();
  return ok(entity);
}

/** Creates only under an id: whether a PUT to an unknown name creates is unproven, and no client may depend on it. */
function upsert(place: Place, call: Call): Answer {
  const store = storeOf(place, call);
  const body = bodyAt(place, call, store);
  const key = param(call, 'entityId');
  const id = isUuid(key) ? key : find(place, call, store)?.id;
  if (id === undefined) throw notFound();
  return ok(upsertEntity(store, place.type, id, body));
}

function remove(place: Place, call: Call): Answer {
  const store = storeOf(place, call);
  const entity = find(place, call, store);
  const existed = removeEntity(store, place.type, entity?.id ?? '');
  if (!existed && call.world.deleteMissing === 404) throw notFound();
  return noContent;
}

function storeOf({ types }: Place, call: Call): Store {
  return { world: call.world, plane: requirePlane(call), types };
}

/** The control plane of a path under it; the words of the refusal are the core entities'. */
export function requirePlane(call: Call): Plane {
  if (!namesPlane(call)) throw invalidArgument(` '${param(call, 'controlPlaneId')}' is not a valid uuid`);
  const plane = planeOf(call);
  if (plane === undefined) throw notFound();
  return plane;
}

function entitiesAt(place: Place, call: Call, { plane }: Store): readonly Entity[] {
  const entities = all(entityTable(plane, place.type.collection), call.stale);
  if (place.parent === undefined) return entities;
  const { reference } = place.parent;
  const id = parentId(place.parent.type, call, plane);
  return entities.filter((entity) => referredIds(reference, entity).includes(id));
}

function find(place: Place, call: Call, store: Store): Entity | undefined {
  const found = byKey(place.type, param(call, 'entityId'), store.plane);
  if (place.parent === undefined || found === undefined) return found;
  const id = parentId(place.parent.type, call, store.plane);
  return referredIds(place.parent.reference, found).includes(id) ? found : undefined;
}

function parentId(type: EntityType, call: Call, plane: Plane): string {
  const parent = byKey(type, param(call, 'parentId'), plane);
  if (parent === undefined) throw notFound();
  return parent.id;
}

/** An entity by id, or by the label that the type's paths accept. */
function byKey({ collection, label }: EntityType, key: string, plane: Plane): Entity | undefined {
  const table = entityTable(plane, collection);
  if (isUuid(key)) return table.rows.get(key);
  if (label === undefined) throw invalidArgument(` '${key}' is not a valid uuid`);
  if (!/^[0-9a-zA-Z.\-_~]{1,128}$/.test(key)) throw invalidArgument(`invalid ID:'${key}'`);
  return all(table).find((entity) => entity[label] === key);
}

/** The body of a write below a parent gets the reference to it; a different one inside is a contradiction. */
function bodyAt({ parent }: Place, call: Call, { plane }: Store): unknown {
  if (parent === undefined || !isBody(call.body)) return call.body;
  const { field } = parent.reference;
  const id = parentId(parent.type, call, plane);
  if (referredIds(parent.reference, call.body).some((given) => given !== id)) {
    throw invalidEntity([fieldDetail(`${field}.id`, ['must be equal to the ID in the path'])]);
  }
  return { ...call.body, [field]: { id } };
}

function pascal(name: string): string {
  return name
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
