import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../object.ts';
import type { StoreEvent } from './history.ts';
import { sortedKeys } from './sorted-keys.ts';
import { createStore, type Store } from './store.ts';

function object(name: string, value = 0): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, value };
}

type Step = { readonly name: string; readonly value: number } | { readonly gone: string };

function run(store: Store, steps: readonly Step[]): void {
  for (const step of steps) {
    if ('name' in step) store.put('c', `n/${step.name}`, object(step.name, step.value));
    else {
      const there = store.get('c', `n/${step.gone}`);
      if (there !== undefined) store.remove('c', `n/${step.gone}`, there);
    }
  }
}

const name = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof(fc.record({ name, value: fc.nat(9) }), fc.record({ gone: name }));

describe('the store', () => {
  it('shows any earlier state that its history reaches', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.array(step, { maxLength: 20 }), (before, after) => {
        const store = createStore(1000);
        run(store, before);
        const then = store.list('c', '');
        const revision = store.revision();
        run(store, after);
        expect(store.listAt('c', '', revision)).toEqual({ revision, objects: then });
      }),
    );
  });

  it('gives events from which a reader can rebuild it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = createStore(1000);
        const start = store.revision();
        run(store, steps);
        const rebuilt = new Map<string, KubernetesObject>();
        for (const { type, key, object: changed } of store.since(start) ?? []) {
          if (type === 'DELETED') rebuilt.delete(key);
          else rebuilt.set(key, changed);
        }
        expect([...rebuilt].sort()).toEqual(store.list('c', '').map((one) => [one.key, one.object]));
      }),
    );
  });

  it('forgets what is older than its history', () => {
    const store = createStore(3);
    const start = store.revision();
    run(
      store,
      ['a', 'b', 'c', 'd', 'a', 'b', 'c'].map((one, value) => ({ name: one, value })),
    );

    expect(store.since(start)).toBeUndefined();
    expect(store.since(store.revision() - 3)).toHaveLength(3);
    expect(store.listAt('c', '', start)).toBeUndefined();
    expect(store.listAt('c', '', store.revision() + 1)).toBeUndefined();
  });

  it('tells writes of listeners after the write that caused them', () => {
    const store = createStore(10);
    const seen: StoreEvent[] = [];
    store.subscribe(({ key }) => {
      if (key === 'n/a') store.put('c', 'n/b', object('b'));
    });
    store.subscribe((event) => seen.push(event));

    store.put('c', 'n/a', object('a'));

    expect(seen.map(({ key }) => key)).toEqual(['n/a', 'n/b']);
  });

  it('goes on from a saved state', () => {
    const store = createStore(10);
    run(store, [{ name: 'a', value: 1 }]);

    const restored = createStore(10, store.state());
    const written = restored.put('c', 'n/b', object('b'));

    expect(restored.get('c', 'n/a')).toEqual(store.get('c', 'n/a'));
    expect(Number(written.metadata.resourceVersion)).toBe(store.revision() + 1);
  });
});

describe('sorted keys', () => {
  it('are what sorting gives', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.boolean())), (changes) => {
        const keys = sortedKeys();
        const wanted = new Set<string>();
        for (const [key, add] of changes) {
          if (add) keys.add(key);
          else keys.remove(key);
          if (add) wanted.add(key);
          else wanted.delete(key);
        }
        expect(keys.within('')).toEqual([...wanted].sort((left, right) => (left < right ? -1 : 1)));
      }),
    );
  });
});
