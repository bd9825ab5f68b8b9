import { describe, expect, it } from 'vitest';
import { kinds } from '../kinds/registry.gen.ts';
import { cursorText, parseCursor } from './cursor.ts';
import { reconcileOrder } from './order.ts';
import { BadReplay, parseReplay } from './parse.ts';

describe('a request', () => {
  it.each([
    { all: true },
    { all: true, cluster: 'blue' },
    { kind: 'KongRoute', namespace: 'shop', name: 'orders', dryRun: false, force: true },
    { labelSelector: 'team in (shop)', controlPlane: 'shop/plane' },
    { deadLetters: true, after: 'dead-letters', run: 'x' },
    { uid: 'x', after: 'blue/KongRoute/shop/orders', run: 'x' },
  ])('is taken: %j', (request) => {
    expect(parseReplay(request, kinds)).toEqual(request);
  });

  it.each([
    [undefined, /the request must be object/],
    [{}, /say all: true to replay every object, or narrow it down with kind/],
    [{ cluster: 'blue' }, /say all: true/],
    [{ all: false }, /all must be/],
    [{ kinds: ['KongRoute'] }, /kinds is no field of it, which has cluster, kind/],
    [{ kind: 'KongRuote' }, /kind is none of KongCACertificate,.*KongRoute/],
    [{ kind: 7, namespace: '', controlPlane: 'plane' }, /kind must be.*namespace must.*controlPlane must match/],
    [{ all: true, after: 'somewhere' }, /after is not the next of an earlier answer/],
    [{ all: true, after: 'blue/Shop' }, /after is not the next/],
  ])('is refused: %j', (request, says) => {
    expect(() => parseReplay(request, kinds)).toThrow(BadReplay);
    expect(() => parseReplay(request, kinds)).toThrow(says);
  });
});

describe('a place to go on', () => {
  it.each([
    { cluster: 'blue', kind: 'KongRoute' },
    { cluster: 'blue', kind: 'KongRoute', object: { namespace: 'shop', name: 'orders' } },
    { cluster: 'blue', kind: 'KongVault', object: { name: 'shop' } },
  ])('reads back: %j', (cursor) => {
    expect(parseCursor(cursorText(cursor))).toEqual(cursor);
  });

  it.each(['', 'blue', '/KongRoute', 'blue/KongRoute/shop', 'blue/KongRoute/shop/', 'a/b/c/d/e'])(
    'is not %j',
    (text) => {
      expect(parseCursor(text)).toBeUndefined();
    },
  );
});

describe('the order of kinds', () => {
  const order = reconcileOrder(kinds).map(({ resource }) => resource.kind);

  it('has every kind once, each after what it refers to', () => {
    expect(order.toSorted()).toEqual(kinds.map(({ resource }) => resource.kind).toSorted());
    for (const { resource, refs } of kinds) {
      for (const ref of refs.filter(({ kind }) => kind !== resource.kind)) {
        expect(order.indexOf(ref.kind), `${resource.kind} after ${ref.kind}`).toBeLessThan(
          order.indexOf(resource.kind),
        );
      }
    }
  });

  it('ends where kinds refer to each other in a circle', () => {
    const [one, two] = kinds.slice(0, 2).map((kind, index, both) => ({
      ...kind,
      refs: both
        .filter((_, other) => other !== index)
        .map(({ resource }) => ({
          name: 'other',
          kind: resource.kind,
          targets: () => [],
          judge: () => ({ usable: true, conditions: [] }),
        })),
    }));
    if (one === undefined || two === undefined) throw new Error('there are two kinds');
    expect(reconcileOrder([one, two])).toEqual([two, one]);
  });
});
