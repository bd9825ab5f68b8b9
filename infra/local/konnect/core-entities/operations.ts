import { type Answer, created, noContent, ok } from '../answer.ts';
import { isUuid } from '../ids.ts';
import { type Call, type Operation, param } from '../operation.ts';
import type { EntityType } from './entity-type.ts';
import { listPage } from './list.ts';
import { bodyAt, entitiesAt, entityAt, type Place, requirePlane } from './place.ts';
import { notFound } from './refusals.ts';
import { createEntity, removeEntity, type Store, upsertEntity } from './store.ts';

/** Before the path of every core entity. */
export const root = '/v2/control-planes/:controlPlaneId/core-entities';

/** Every operation of every type, under its own path and under the paths of those it belongs to. */
export function coreEntityOperations(types: readonly EntityType[]): readonly Operation[] {
  return types.flatMap((type) => [...ownOperations(types, type), ...nestedOperations(types, type)]);
}

function ownOperations(types: readonly EntityType[], type: EntityType): readonly Operation[] {
  if (type.served === 'nothing') return [];
  const operations = operationsAt({ types, type }, `${root}/${type.collection}`);
  return type.served === 'read' ? operations.filter(({ method }) => method === 'GET') : operations;
}

function nestedOperations(types: readonly EntityType[], type: EntityType): readonly Operation[] {
  return type.references.flatMap((reference) => {
    const parent = types.find(({ collection }) => collection === reference.to);
    if (parent === undefined || reference.nested === undefined) return [];
    const place: Place = { types, type, parent: { type: parent, reference } };
    return operationsAt(place, `${root}/${parent.collection}/:parentId/${reference.nested}`);
  });
}

function operationsAt(place: Place, collection: string): readonly Operation[] {
  const { type, parent } = place;
  const item = `${collection}/:entityId`;
  const owner = parent === undefined ? '' : `With${pascal(parent.type.name)}`;
  const one = pascal(type.name) + owner;
  const many = pascal(type.collection) + owner;
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
  const entities = entitiesAt(place, call, requirePlane(call));
  const ignoreTags = place.parent !== undefined;
  return ok(listPage(place.type, entities, { path: call.path, query: call.query, ignoreTags }));
}

function create(place: Place, call: Call): Answer {
  const store = storeOf(place, call);
  return created(createEntity(store, place.type, bodyAt(place, call, store.plane)));
}

function get(place: Place, call: Call): Answer {
  const plane = requirePlane(call);
  const entity = entityAt(place, call, plane);
  if (entity === undefined) throw notFound();
  return ok(place.type.present?.(entity, plane) ?? entity);
}

/** Creates only under an id: whether a PUT to an unknown name creates is unproven, and no client may depend on it. */
function upsert(place: Place, call: Call): Answer {
  const store = storeOf(place, call);
  const body = bodyAt(place, call, store.plane);
  const key = param(call, 'entityId');
  const id = isUuid(key) ? key : entityAt(place, call, store.plane)?.id;
  if (id === undefined) throw notFound();
  return ok(upsertEntity(store, place.type, id, body));
}

function remove(place: Place, call: Call): Answer {
  const store = storeOf(place, call);
  const entity = entityAt(place, call, store.plane);
  const existed = removeEntity(store, place.type, entity?.id ?? '');
  if (!existed && call.world.choices.deleteMissing === 404) throw notFound();
  return noContent;
}

/** `skip_hash` is decK's: what it sends was read from Konnect before. */
function storeOf({ types }: Place, call: Call): Store {
  const isStored = () => call.query.get('skip_hash') === 'true';
  return { world: call.world, plane: requirePlane(call), types, isStored };
}

function pascal(name: string): string {
  return name
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
