import { beforeEach, expect, it } from 'vitest';
import { createDependants } from './dependants.ts';
import { createEarly, type Early } from './early.ts';
import { depot, objectOf, plane, vault, warehouse } from './fixture.ts';
import { type Node, nodeOf } from './node.ts';
import { createTracker } from './tracker.ts';

// A kind that can never be listed, as where a right is missing, must not make anything grow.

const node = (kind: typeof vault, name: string) => nodeOf(kind.resource, { namespace: 'team', name });

let there: Set<Node>;
let dependants: ReturnType<typeof createDependants>;
let early: Early;

function refer(name: string) {
  dependants.update(node(plane, name), plane, objectOf(plane, name, { spec: { vault: 'v' } }));
  there.add(node(plane, name));
}

beforeEach(() => {
  there = new Set();
  dependants = createDependants(warehouse);
  early = createEarly({ kinds: warehouse, dependants, has: (one) => there.has(one) });
});

it('what is gone is remembered as long as somebody refers to it', () => {
  const v = node(vault, 'v');
  refer('p');
  early.woke(v, 'gone', dependants.referrersOf(v));
  early.forget([v]);
  expect([...early.late()]).toHaveLength(1);

  early.forget(dependants.remove(node(plane, 'p')));

  expect([...early.late()]).toEqual([]);
});

it('what was never in view, and nobody refers to, is not remembered', () => {
  early.woke(node(vault, 'v'), 'gone', new Set());

  expect([...early.late()]).toEqual([]);
});

it('who was woken is remembered as long as it is there', () => {
  const v = node(vault, 'v');
  there.add(v);
  refer('first');
  early.woke(v, '1', dependants.referrersOf(v));
  there.delete(node(plane, 'first'));
  early.woke(v, '2', new Set());

  there.add(node(plane, 'first'));

  expect([...early.late()]).toEqual([{ origin: '2', referrers: [node(plane, 'first')] }]);
});

it('an object that is there no more is told to nobody, and one of its name that comes later is another', () => {
  const d = node(depot, 'd');
  dependants.update(d, depot, objectOf(depot, 'd', { spec: { plane: 'gone' } }));
  early.rests(d);
  expect([...early.stranded()]).toEqual([d]);

  early.forget([d]);

  expect([...early.stranded()]).toEqual([]);
});

it('a tracker forgets with its objects', () => {
  const clock = { now: () => new Date(0) };
  const tracker = createTracker({ kinds: warehouse, cluster: 'prod', dependants, clock });
  for (const version of [1, 3]) {
    tracker.seen(vault, objectOf(vault, 'v', { version }), 'watch');
    tracker.gone(vault, { namespace: 'team', name: 'v', uid: 'uid-v' }, '9');
  }
  tracker.seen(plane, objectOf(plane, 'late', { programmed: 1, spec: { vault: 'v' } }), 'first-list');

  // That it refers to what is gone is told once, and not for each time that was seen.
  expect(tracker.kindsListed().map(({ origin }) => origin)).toEqual(['start/0']);
});
