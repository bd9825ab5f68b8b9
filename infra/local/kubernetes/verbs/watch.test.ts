import { describe, expect, it } from 'vitest';
import { createTokens } from '../access/users.ts';
import type { Cluster } from '../cluster.ts';
import { createRegistry } from '../resources/registry.ts';
import { createStore } from '../store/store.ts';
import { startWatch, type WatchOutput } from './watch.ts';

const encoding = { wanted: { as: 'object', version: 'v1', yaml: false }, includeObject: 'Metadata' } as const;

/** A client that takes nothing once it is `slow`. */
function createOutput(): WatchOutput & { readonly lines: string[]; ended: boolean; slow: boolean } {
  const lines: string[] = [];
  return {
    lines,
    ended: false,
    slow: false,
    write: (text) => lines.push(text),
    buffered(): number {
      return this.slow ? 2 ** 30 : 0;
    },
    end(): void {
      this.ended = true;
    },
    onClose: () => undefined,
  };
}

function createCluster(): Cluster {
  const clock = (): Date => new Date(0);
  return { store: createStore(100), registry: createRegistry(), tokens: createTokens([], clock), clock };
}

function putConfigMap({ store }: Cluster, name: string): void {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'n' } };
  store.put('configmaps', `n/${name}`, object);
}

describe('a watch', () => {
  it('is cut when its client is too slow', () => {
    const cluster = createCluster();
    const resource = cluster.registry.find('', 'v1', 'configmaps');
    if (resource === undefined) throw new Error('no ConfigMaps');
    const output = createOutput();
    startWatch(cluster, { resource, namespace: 'n', name: undefined }, new URLSearchParams(), encoding, output);

    putConfigMap(cluster, 'a');
    const early = output.ended;
    output.slow = true;
    putConfigMap(cluster, 'b');
    putConfigMap(cluster, 'c');

    expect([early, output.ended]).toEqual([false, true]);
    expect(output.lines).toHaveLength(2);
  });
});
