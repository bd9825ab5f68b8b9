import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Selection } from '../cluster/list.ts';
import type { Pause } from '../cluster/pause.ts';
import type { WatchHandler } from '../cluster/watch.ts';
import { secretResource } from '../engine/objects.ts';
import type { ObjectEvent } from '../events/event.ts';
import type { EventSender } from '../events/queues.ts';
import type { Kind } from '../kinds/define.ts';
import { depot, keptLog, objectOf, plane, secretOf, shelf, vault, warehouse } from './fixture.ts';
import { createForwarder, type Forwarder } from './forwarder.ts';
import { createMetrics } from './metrics.ts';

interface OpenWatch {
  readonly selection: Selection;
  readonly handler: WatchHandler;
}

let open: OpenWatch[];
let taken: ObjectEvent[];
let closed: boolean;
let stop: AbortController;
let running: Promise<void>;
let started: Forwarder | undefined;
let log: ReturnType<typeof keptLog>;
let metrics: ReturnType<typeof createMetrics>;

const sender: EventSender = {
  async send(events) {
    if (!closed) taken.push(...events);
    const failed = closed ? events : [];
    const problems = failed.map((event) => ({ event, code: 'Down', message: 'down', senderFault: false }));
    return { sent: events.length - failed.length, failed, problems };
  },
};

function start(more: { kinds?: readonly Kind[]; namespaces?: readonly string[]; wait?: Pause } = {}): Forwarder {
  const forwarder = createForwarder({
    kinds: more.kinds ?? warehouse,
    cluster: 'prod',
    watch: async (selection, handler, signal) => {
      open.push({ selection, handler });
      await aborted(signal);
    },
    sender,
    clock: { now: () => new Date() },
    log,
    metrics,
    backoff: { firstMs: 1, largestMs: 2 },
    wait: more.wait ?? ((_, signal) => aborted(signal)),
    ...(more.namespaces === undefined ? {} : { namespaces: more.namespaces }),
  });
  running = forwarder.run(stop.signal);
  started = forwarder;
  return forwarder;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

const watchOf = (kind: string, namespace?: string): WatchHandler => {
  const found = open.find(({ selection }) => selection.resource.kind === kind && selection.namespace === namespace);
  if (found === undefined) throw new Error(`nobody watches ${kind}`);
  return found.handler;
};
const told = () => taken.map(({ data }) => `${data.cause} ${data.kind}/${data.name}`);
const allListed = () => {
  for (const kind of warehouse) watchOf(kind.resource.kind).listed('complete');
};

beforeEach(() => {
  open = [];
  taken = [];
  closed = false;
  stop = new AbortController();
  log = keptLog();
  metrics = createMetrics();
});
afterEach(async () => {
  stop.abort();
  await running;
  closed = false;
  await started?.drain(1);
});

describe('what is watched', () => {
  it('is every kind, and what wakes them once the kinds were listed, by metadata alone', async () => {
    start();
    expect(open.map(({ selection }) => selection.resource.kind)).toEqual(['Vault', 'Plane', 'Depot', 'Shelf']);

    allListed();

    await vi.waitFor(() => expect(open).toHaveLength(5));
    expect(open[4]?.selection).toEqual({ resource: secretResource, metadataOnly: true });
  });

  it('is each of the namespaces that are listed, and cluster-scoped kinds once', async () => {
    const global = { ...vault, resource: { ...vault.resource, namespaced: false } };
    start({ kinds: [global, plane], namespaces: ['one', 'two'] });

    expect(open.map(({ selection }) => `${selection.resource.kind} ${selection.namespace}`)).toEqual([
      'Vault undefined',
      'Plane one',
      'Plane two',
    ]);
  });

  it('does not wait for a kind that can not be listed', async () => {
    const forwarder = start();
    for (const kind of [vault, plane, depot]) watchOf(kind.resource.kind).listed('complete');
    watchOf('Shelf').listed('failed');
    await vi.waitFor(() => expect(open).toHaveLength(5));
    watchOf('Secret').listed('complete');

    expect(forwarder.ready()).toBe(false);
    watchOf('Shelf').listed('not-served');
    expect(forwarder.ready()).toBe(true);
    watchOf('Shelf').listed('failed');
    expect(forwarder.ready()).toBe(false);
    watchOf('Shelf').listed('complete');
    watchOf('Shelf').listed('failed');
    expect(forwarder.ready()).toBe(true);
  });
});

describe('what is sent', () => {
  it('is what the sights call for, in each kind to its queue', async () => {
    start();
    watchOf('Vault').seen(objectOf(vault, 'v', { programmed: 1, spec: { secret: 'token' } }), 'first-list');
    watchOf('Plane').seen(objectOf(plane, 'p', { spec: { vault: 'v' } }), 'first-list');
    allListed();
    await vi.waitFor(() => expect(told()).toEqual(['resync Plane/p']));

    watchOf('Secret').seen(secretOf('token', 2), 'watch');
    await vi.waitFor(() => expect(told()).toContain('dependency Vault/v'));
    watchOf('Vault').seen(objectOf(vault, 'v', { id: 'x', version: 2, programmed: 1 }), 'watch');

    await vi.waitFor(() => expect(told()).toEqual(['resync Plane/p', 'dependency Vault/v', 'dependency Plane/p']));
    expect(taken[2]?.data).toMatchObject({ cluster: 'prod', origin: 'uid-v/2' });
  });

  it('is what came into view too late, once everything is in view', async () => {
    start();
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
      start({
        wait: async (_, signal) => {
          ticks += 1;
          vi.setSystemTime(ticks * 180_000);
          if (ticks > 20) await aborted(signal);
        },
      });
      watchOf('Vault').seen(objectOf(vault, 'v', { programmed: 1 }), 'first-list');
      watchOf('Plane').seen(objectOf(plane, 'p', { programmed: 1 }), 'first-list');

      await vi.waitFor(() => expect(told()).toEqual(['resync Vault/v']));
      expect(taken[0]?.data.force).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stays while SQS is down, is not ready then, and nothing of what is gone is sent', async () => {
    const forwarder = start();
    allListed();
    await vi.waitFor(() => expect(open).toHaveLength(5));
    watchOf('Secret').listed('complete');
    expect(forwarder.ready()).toBe(true);

    closed = true;
    for (const version of [1, 2, 3]) {
      watchOf('Depot').seen(objectOf(depot, 'stays', { version, generation: version }), 'watch');
      watchOf('Depot').seen(objectOf(depot, 'goes', { version, generation: version }), 'watch');
    }
    await vi.waitFor(() => expect(forwarder.ready()).toBe(false));
    watchOf('Depot').gone({ namespace: 'team', name: 'goes', uid: 'uid-goes' });
    forwarder.report();
    expect(metrics.text()).toContain('konnect_reconciler_forwarder_outbox_events 1\n');
    closed = false;

    await vi.waitFor(() => expect(taken).toHaveLength(1));
    expect(taken[0]?.data).toMatchObject({ name: 'stays', generation: 3 });
    await vi.waitFor(() => expect(forwarder.ready()).toBe(true));
    expect(log.lines.some(({ message }) => message.startsWith('queue did not take events'))).toBe(true);
  });

  it('is the rest, when it is drained after the stop', async () => {
    const forwarder = start();
    closed = true;
    watchOf('Depot').seen(objectOf(depot, 'last', {}), 'watch');
    stop.abort();
    await running;
    closed = false;

    expect(await forwarder.drain(10_000)).toBe(0);
    expect(told()).toEqual(['change Depot/last']);
  });

  it('is given up after the time for it', async () => {
    const forwarder = start();
    closed = true;
    watchOf('Depot').seen(objectOf(depot, 'last', {}), 'watch');
    stop.abort();
    await running;

    expect(await forwarder.drain(20)).toBe(1);
  });
});

describe('what goes wrong', () => {
  it('with one object does not touch the others, and is told', async () => {
    const fragile: Kind = {
      ...shelf,
      offers(object) {
        if (object.metadata.name === 'bad') throw new TypeError('no such field');
        return {};
      },
    };
    start({ kinds: [fragile] });

    watchOf('Shelf').seen(objectOf(shelf, 'bad'), 'watch');
    watchOf('Shelf').seen(objectOf(shelf, 'good'), 'watch');

    await vi.waitFor(() => expect(told()).toEqual(['change Shelf/good']));
    expect(log.lines.find(({ level }) => level === 'error')?.fields).toMatchObject({
      kind: 'Shelf',
      object: 'team/bad',
    });
    expect(metrics.text()).toContain('forwarder_unreadable_objects_total{kind="Shelf"} 1');
  });

  it('with a watch is counted and told as loudly as it matters', () => {
    start();
    for (const reason of ['ended', 'cut', 'expired', 'refused', 'not-served'] as const) {
      watchOf('Depot').restarted(reason, reason === 'refused' ? new Error('forbidden') : undefined);
    }

    const levels = log.lines.filter(({ message }) => message === 'watch begins anew').map(({ level }) => level);
    expect(levels).toEqual(['debug', 'info', 'info', 'warn', 'warn']);
    expect(metrics.text()).toContain('forwarder_watch_restarts_total{kind="Depot",reason="refused"} 1');
  });

  it('with a watch, again and again the same, is a warning once', () => {
    start();
    const warnings = () => log.lines.filter(({ level }) => level === 'warn').length;
    for (const message of ['forbidden', 'forbidden', 'forbidden', 'unauthorized']) {
      watchOf('Depot').restarted('refused', new Error(message));
    }
    expect(warnings()).toBe(2);

    watchOf('Depot').listed('complete');
    watchOf('Depot').restarted('refused', new Error('unauthorized'));
    expect(warnings()).toBe(3);
  });
});
