import { describe, expect, it, vi } from 'vitest';
import { startKubernetes } from '../../infra/local/kubernetes/server.ts';
import { key } from '../cluster/fixture.ts';
import { secretResource } from '../engine/objects.ts';
import { depot, plane, vault } from './fixture.ts';
import { startSurroundings } from './whole-fixture.ts';

// The whole forwarder between an API server and SQS, one of which is away.

describe('an outage', () => {
  it('of the API server, of its watches, of its history loses no change', async () => {
    await using around = await startSurroundings();
    const { cluster, startForwarder, brief, arrived } = around;
    const { metrics } = await startForwarder();
    const change = async (round: number) => {
      await cluster.create(depot.resource, { metadata: key(`d${round}`) });
      await cluster.patch(depot.resource, key('d0'), { spec: { round } });
    };
    await cluster.create(depot.resource, { metadata: key('d0') });
    await arrived(depot);

    around.kubernetes.dropWatches();
    await change(1);
    await arrived(depot);

    around.kubernetes.setFault(({ verb }) => (verb === 'watch' ? { status: 503 } : undefined));
    around.kubernetes.dropWatches();
    await change(2);
    await cluster.delete(depot.resource, key('d1'));
    around.kubernetes.expireWatches();
    around.kubernetes.setFault(undefined);
    await arrived(depot);

    const state = around.kubernetes.state();
    await around.kubernetes.stop();
    around.kubernetes = await startKubernetes({ state });
    await change(3);
    await arrived(depot);

    expect(metrics.text()).toMatch(/watch_restarts_total\{kind="Depot",reason="expired"\} [1-9]/);
    expect(brief().filter((line) => line === 'change Depot/d2')).toHaveLength(1);
  });

  it('of the watch of Secrets misses none that is deleted meanwhile', async () => {
    await using around = await startSurroundings();
    const { cluster, kubernetes, startForwarder, brief } = around;
    const { metrics } = await startForwarder();
    await cluster.create(secretResource, { metadata: key('token') });
    await cluster.create(vault.resource, { metadata: key('v'), spec: { secret: 'token' } });
    await vi.waitFor(() => expect(brief()).toEqual(['change Vault/v']));

    kubernetes.setFault(({ verb }) => (verb === 'watch' ? { status: 503 } : undefined));
    kubernetes.dropWatches();
    await vi.waitFor(() => expect(metrics.text()).toMatch(/watch_restarts_total\{kind="Secret",reason="refused"/));
    await cluster.delete(secretResource, key('token'));
    kubernetes.expireWatches();
    kubernetes.setFault(undefined);

    await vi.waitFor(() => expect(brief()).toEqual(['change Vault/v', 'dependency Vault/v']), 10_000);
  });

  it('of SQS loses nothing and piles up nothing', async () => {
    await using around = await startSurroundings();
    const { cluster, queues, startForwarder, events, arrived } = around;
    const { forwarder, metrics } = await startForwarder();
    queues.setFault(() => 'reset');
    const names = Array.from({ length: 20 }, (_, index) => `d${index}`);
    for (const name of [...names, 'gone']) await cluster.create(depot.resource, { metadata: key(name) });
    for (let round = 0; round < 5; round += 1) {
      for (const name of names) await cluster.patch(depot.resource, key(name), { spec: { round } });
    }
    await cluster.delete(depot.resource, key('gone'));
    await vi.waitFor(() => expect(forwarder.ready()).toBe(false));
    const waiting = () => {
      forwarder.report();
      return /outbox_events (\d+)/.exec(metrics.text())?.[1];
    };
    await vi.waitFor(() => expect(waiting()).toBe('20'));

    queues.setFault(undefined);

    await arrived(depot);
    await vi.waitFor(() => expect(forwarder.ready()).toBe(true));
    // The queue has an event before its sender knows so.
    await vi.waitFor(() => expect(waiting()).toBe('0'));
    expect(events()).toHaveLength(20);
  });

  it('of one queue holds up no other', async () => {
    await using around = await startSurroundings();
    const { cluster, queues, startForwarder, brief, arrived } = around;
    await startForwarder();
    queues.setFault(({ resource }) =>
      resource === 'entity.fifo' ? { status: 400, code: 'AWS.SimpleQueueService.NonExistentQueue' } : undefined,
    );
    for (let index = 0; index < 15; index += 1) await cluster.create(depot.resource, { metadata: key(`d${index}`) });
    await cluster.create(plane.resource, { metadata: key('p') });

    await arrived(plane);

    expect(brief()).toEqual(['change Plane/p']);
    queues.setFault(undefined);
    await arrived(depot);
  });
});
