import { describe, expect, it } from 'vitest';
import { usualChoices } from './choices.ts';
import { usualCloud } from './cloud-gateways/settings.ts';
import { createPlane } from './control-planes/planes.ts';
import type { EntityType } from './core-entities/entity-type.ts';
import { createEntity, removeEntity, type Store, upsertEntity } from './core-entities/store.ts';
import type { World } from './operation.ts';
import { createState, entityTable } from './state.ts';

function entityType(collection: string, name: string, rest: Partial<EntityType> = {}): EntityType {
  const properties = { name: { type: 'string' }, parent: { type: 'object' }, peers: { type: 'array' } };
  return {
    collection,
    name,
    properties,
    required: [],
    defaults: () => ({}),
    keys: [],
    references: [],
    limit: 9,
    ...rest,
  };
}

const parents = entityType('parents', 'parent', { limit: 2 });
const children = entityType('children', 'child', {
  references: [{ field: 'parent', to: 'parents', onDelete: 'cascade' }],
  keys: [['name', 'parent']],
});
const guards = entityType('guards', 'guard', {
  references: [{ field: 'peers', to: 'children', onDelete: 'restrict', many: true }],
});

function createStore(): Store {
  const world: World = { state: createState(1), clock: () => new Date(0), choices: usualChoices, cloud: usualCloud };
  const { id } = createPlane(world, { organizationId: 'o', region: 'us' }, { name: 'plane' });
  const plane = world.state.planes.rows.get(id);
  if (plane === undefined) throw new Error('The control plane just created is not in the state');
  return { world, plane, types: [parents, children, guards] };
}

function count({ plane }: Store, { collection }: EntityType): number {
  return entityTable(plane, collection).rows.size;
}

describe('any type of core entity', () => {
  it('is limited in number, but still replaced at the limit', () => {
    const store = createStore();
    const { id } = createEntity(store, parents, { name: 'a' });
    createEntity(store, parents, { name: 'b' });
    expect(() => createEntity(store, parents, { name: 'c' })).toThrow(/limit of 2 parents/);
    expect(upsertEntity(store, parents, id, { name: 'c' })).toMatchObject({ id, name: 'c' });
  });

  it('has keys of several fields', () => {
    const store = createStore();
    const parent = { id: createEntity(store, parents, {}).id };
    const other = { id: createEntity(store, parents, {}).id };
    createEntity(store, children, { name: 'a', parent });
    expect(() => createEntity(store, children, { name: 'a', parent })).toThrow(/name, parent \(type: unique\)/);
    createEntity(store, children, { name: 'a', parent: other });
    createEntity(store, children, { parent });
    createEntity(store, children, { parent });
    expect(count(store, children)).toBe(4);
  });

  it('takes along what cascades, unless something else needs that: then nothing goes', () => {
    const store = createStore();
    const { id } = createEntity(store, parents, {});
    const child = createEntity(store, children, { parent: { id } });
    const guard = createEntity(store, guards, { peers: [child.id] });
    expect(() => removeEntity(store, parents, id)).toThrow(/as guard references this value/);
    expect([count(store, parents), count(store, children)]).toEqual([1, 1]);
    expect(removeEntity(store, guards, guard.id)).toBe(true);
    expect(removeEntity(store, parents, id)).toBe(true);
    expect([count(store, parents), count(store, children)]).toEqual([0, 0]);
    expect(removeEntity(store, parents, id)).toBe(false);
  });
});
