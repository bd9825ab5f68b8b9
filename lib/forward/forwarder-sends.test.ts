import { describe, expect, it, vi } from 'vitest';
import { depot, objectOf, plane, secretOf, vault } from './fixture.ts';
import { aborted, start } from './forwarder-fixture.ts';

describe('what is sent', () => {
  it('is what the sights call for, in each kind to its queue', async () => {
    await using scene = start();
    const { queue, watchOf, told, allListed } = scene;
    watchOf('Vault').seen(objectOf(vault, 'v', { programmed: 1, spec: { secret: 'token' } }), 'first-list');
    watchOf('Plane').seen(objectOf(plane, 'p', { spec: { vault: 'v' } }), 'first-list');
    allListed();
    await vi.waitFor(() => expect(told()).toEqual(['resync Plane/p']));

    watchOf('Secret').seen(secretOf('token', 2), 'watch');
    await vi.waitFor(() => expect(told()).toContain('dependency Vault/v'));
    watchOf('Vault').seen(objectOf(vault, 'v', { id: 'x', version: 2, programmed: 1 }), 'watch');

    await vi.waitFor(() => expect(told()).toEqual(['resync Plane/p', 'dependency Vault/v', 'dependency Plane/p']));
    expect(queue.taken[2]?.data).toMatchObject({ cluster: 'prod', origin: 'uid-v/2' });
  });

  it('is what came into view too late, once everything is in view', async () => {
    await using scene = start();
    const { watchOf, told, allListed } = scene;
    watchOf('Vault').seen(objectOf(vault, 'v', { programmed: 1 }), 'first-list');
    watchOf('Vault').seen(objectOf(vault, 'v', { programmed: 1, id: 'x', version: 2 }), 'watch');
    watchOf('Plane').seen(objectOf(plane, 'p', { programmed: 1, spec: { vault: 'v' } }), 'first-list');
    expect(told()).toEqual([]);

    allListed();

    await vi.waitFor(() => expect(told()).toEqual(['dependency Plane/p']));
  });

  it('is a recheck when its time has come', async () => {
    let ticks = 0;
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    try {
      await using scene = start({
        wait: async (_, signal) => {
          ticks += 1;
          vi.setSystemTime(ticks * 180_000);
          if (ticks > 20) await aborted(signal);
        },
      });
      const { queue, watchOf, told } = scene;
      watchOf('Vault').seen(objectOf(vault, 'v', { programmed: 1 }), 'first-list');
      watchOf('Plane').seen(objectOf(plane, 'p', { programmed: 1 }), 'first-list');

      await vi.waitFor(() => expect(told()).toEqual(['resync Vault/v']));
      expect(queue.taken[0]?.data.force).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stays while SQS is down, is not ready then, and nothing of what is gone is sent', async () => {
    await using scene = start();
    const { forwarder, open, queue, log, metrics, watchOf, allListed } = scene;
    allListed();
    await vi.waitFor(() => expect(open).toHaveLength(5));
    watchOf('Secret').listed('complete');
    expect(forwarder.ready()).toBe(true);

    queue.closed = true;
    for (const version of [1, 2, 3]) {
      watchOf('Depot').seen(objectOf(depot, 'stays', { version, generation: version }), 'watch');
      watchOf('Depot').seen(objectOf(depot, 'goes', { version, generation: version }), 'watch');
    }
    await vi.waitFor(() => expect(forwarder.ready()).toBe(false));
    watchOf('Depot').gone({ namespace: 'team', name: 'goes', uid: 'uid-goes' });
    forwarder.report();
    expect(metrics.text()).toContain('konnect_reconciler_forwarder_outbox_events 1\n');
    queue.closed = false;

    await vi.waitFor(() => expect(queue.taken).toHaveLength(1));
    expect(queue.taken[0]?.data).toMatchObject({ name: 'stays', generation: 3 });
    await vi.waitFor(() => expect(forwarder.ready()).toBe(true));
    expect(log.lines.some(({ message }) => message.startsWith('queue did not take events'))).toBe(true);
  });

  it('is the rest, when it is drained after the stop', async () => {
    await using scene = start();
    const { forwarder, queue, stop, running, watchOf, told } = scene;
    queue.closed = true;
    watchOf('Depot').seen(objectOf(depot, 'last', {}), 'watch');
    stop.abort();
    await running;
    queue.closed = false;

    expect(await forwarder.drain(10_000)).toBe(0);
    expect(told()).toEqual(['change Depot/last']);
  });

  it('is given up after the time for it', async () => {
    await using scene = start();
    const { forwarder, queue, stop, running, watchOf } = scene;
    queue.closed = true;
    watchOf('Depot').seen(objectOf(depot, 'last', {}), 'watch');
    stop.abort();
    await running;

    expect(await forwarder.drain(20)).toBe(1);
  });
});
