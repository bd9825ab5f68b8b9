import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretResource } from '../engine/objects.ts';
import { createDependants } from './dependants.ts';
import { crate, depot, type Given, objectOf, plane, shelf, vault, warehouse } from './fixture.ts';
import { nodeOf } from './node.ts';

const node = (kind: typeof vault, name: string, namespace = 'team') => nodeOf(kind.resource, { namespace, name });

function indexOf(...objects: readonly (readonly [typeof vault, string, Given])[]) {
  const dependants = createDependants(warehouse);
  for (const [kind, name, given] of objects) {
    dependants.update(node(kind, name, given.namespace), kind, objectOf(kind, name, given));
  }
  return dependants;
}

describe('who must learn of a change', () => {
  it('is whoever names the object, there or not', () => {
    const dependants = indexOf([plane, 'p', { spec: { vault: 'v' } }], [plane, 'q', { spec: { vault: 'w' } }]);

    expect(dependants.referrersOf(node(vault, 'v'))).toEqual(new Set([node(plane, 'p')]));
    expect(dependants.referrersOf(node(vault, 'none'))).toEqual(new Set());
  });

  it('T49 is told apart by namespace: same names in two namespaces are two objects', () => {
    const dependants = indexOf(
      [plane, 'p', { namespace: 'one', spec: { vault: 'v' } }],
      [plane, 'p', { namespace: 'two', spec: { vault: 'v' } }],
      [plane, 'far', { namespace: 'two', spec: { vault: 'one/v' } }],
    );

    expect(dependants.referrersOf(node(vault, 'v', 'one'))).toEqual(
      new Set([node(plane, 'p', 'one'), node(plane, 'far', 'two')]),
    );
    expect(dependants.referrersOf(node(vault, 'v', 'two'))).toEqual(new Set([node(plane, 'p', 'two')]));
  });

  it('reaches through refs that are taken from another object', () => {
    const dependants = indexOf(
      [plane, 'p', { spec: { vault: 'v' } }],
      [depot, 'd', { spec: { plane: 'p' } }],
      [shelf, 's', { spec: { depot: 'd' } }],
      [shelf, 'elsewhere', { spec: { depot: 'e' } }],
    );

    expect(dependants.referrersOf(node(vault, 'v'))).toEqual(new Set([node(plane, 'p'), node(depot, 'd')]));
    expect(dependants.referrersOf(node(plane, 'p'))).toEqual(new Set([node(depot, 'd'), node(shelf, 's')]));
    expect(dependants.referrersOf(node(depot, 'd'))).toEqual(new Set([node(shelf, 's')]));
  });

  it('is a kind that is woken by a Secret, under the name of its namespace', () => {
    const dependants = indexOf([vault, 'v', { spec: { secret: ['token', 'other/token'] } }]);
    const secret = (namespace: string) => nodeOf(secretResource, { namespace, name: 'token' });

    expect(dependants.wakesOf(node(vault, 'v'))).toEqual([secret('team'), secret('other')]);
    expect(dependants.referrersOf(secret('other'))).toEqual(new Set([node(vault, 'v')]));
    expect(dependants.isReferred(secret('third'))).toBe(false);
  });

  it('ends where objects refer to each other in a circle', () => {
    const circle = { ...depot, refs: depot.refs.map((ref) => ({ ...ref, kind: 'Depot', through: ref.name })) };
    const dependants = createDependants([circle]);
    for (const [from, to] of [['a', 'b'] as const, ['b', 'c'] as const, ['c', 'a'] as const]) {
      dependants.update(node(circle, from), circle, objectOf(circle, from, { spec: { plane: to } }));
    }

    expect(dependants.referrersOf(node(circle, 'a'))).toEqual(new Set(['a', 'b', 'c'].map((n) => node(circle, n))));
  });
});

describe('what an object is woken by', () => {
  const secret = nodeOf(secretResource, { namespace: 'team', name: 'token' });
  const dependants = createDependants([...warehouse, crate]);
  for (const [kind, name, spec] of [
    [vault, 'v', { secret: 'token' }],
    [crate, 'c', { vault: 'v' }],
    [crate, 'other', { vault: 'w' }],
  ] as const) {
    dependants.update(node(kind, name), kind, objectOf(kind, name, { spec }));
  }

  it('is also what an object is woken by that it refers to, where it says so', () => {
    expect(dependants.referrersOf(secret)).toEqual(new Set([node(vault, 'v'), node(crate, 'c')]));
    expect(dependants.wakesOf(node(crate, 'c'))).toEqual([secret]);
    expect(dependants.wakesOf(node(crate, 'other'))).toEqual([]);
  });
});

describe('whom an object informs', () => {
  const given = (...depots: readonly string[]) => objectOf(crate, 'c', { spec: { depots } });

  it('follows the object, and is no reference: it is not woken by them', () => {
    const dependants = createDependants([...warehouse, crate]);
    dependants.update(node(crate, 'c'), crate, given('a', 'b'));
    expect(dependants.informedBy(node(crate, 'c'))).toEqual([node(depot, 'a'), node(depot, 'b')]);
    expect(dependants.referrersOf(node(depot, 'a'))).toEqual(new Set());

    dependants.update(node(crate, 'c'), crate, given('b'));
    expect(dependants.informed()).toEqual(new Set([node(depot, 'b')]));

    dependants.remove(node(crate, 'c'));
    expect(dependants.informed()).toEqual(new Set());
  });
});

describe('what an object refers to', () => {
  it('is compared when it changes, and returned when it goes', () => {
    const dependants = indexOf([plane, 'p', { spec: { vault: ['a', 'b'] } }]);

    const lost = dependants.update(node(plane, 'p'), plane, objectOf(plane, 'p', { spec: { vault: ['b', 'c'] } }));

    expect(lost).toEqual([node(vault, 'a')]);
    expect(dependants.isReferred(node(vault, 'a'))).toBe(false);
    expect(dependants.remove(node(plane, 'p'))).toEqual([node(vault, 'b'), node(vault, 'c')]);
    expect(dependants.remove(node(plane, 'p'))).toEqual([]);
    expect(dependants.isReferred(node(vault, 'c'))).toBe(false);
  });

  it('ends as an index made at once, whatever the order of changes', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const change = fc.record({ name, vaults: fc.option(fc.uniqueArray(name), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const dependants = createDependants(warehouse);
        const expected = new Map<string, readonly string[]>();
        for (const each of changes) {
          if (each.vaults === undefined) {
            dependants.remove(node(plane, each.name));
            expected.delete(each.name);
          } else {
            const object = objectOf(plane, each.name, { spec: { vault: each.vaults } });
            dependants.update(node(plane, each.name), plane, object);
            expected.set(each.name, each.vaults);
          }
        }
        for (const target of ['a', 'b', 'c']) {
          const referrers = [...expected].filter(([, vaults]) => vaults.includes(target)).map(([p]) => node(plane, p));
          expect(dependants.referrersOf(node(vault, target))).toEqual(new Set(referrers));
        }
      }),
    );
  });
});
