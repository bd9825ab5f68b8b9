import type { Selection } from '../cluster/list.ts';
import type { Pause } from '../cluster/pause.ts';
import type { WatchHandler } from '../cluster/watch.ts';
import type { ObjectEvent } from '../events/event.ts';
import type { EventSender } from '../events/queues.ts';
import type { Kind } from '../kinds/define.ts';
import { brief, keptLog, warehouse } from './fixture.ts';
import { createForwarder, type Forwarder } from './forwarder.ts';
import { createMetrics } from './metrics.ts';

/** A forwarder that runs, whose watches tell what a test says. */
export interface Scene extends AsyncDisposable {
  readonly forwarder: Forwarder;
  readonly open: readonly OpenWatch[];
  readonly queue: Queue;
  readonly stop: AbortController;
  readonly running: Promise<void>;
  readonly log: ReturnType<typeof keptLog>;
  readonly metrics: ReturnType<typeof createMetrics>;
  watchOf(kind: string, namespace?: string): WatchHandler;
  /** What the queue took, in words. */
  told(): readonly string[];
  /** Every kind was listed. */
  allListed(): void;
}

interface OpenWatch {
  readonly selection: Selection;
  readonly handler: WatchHandler;
}

interface Queue {
  /** True: it takes nothing. */
  closed: boolean;
  readonly taken: readonly ObjectEvent[];
  readonly sender: EventSender;
}

export interface SceneOptions {
  readonly kinds?: readonly Kind[];
  readonly namespaces?: readonly string[];
  readonly wait?: Pause;
}

export function start({ kinds = warehouse, namespaces, wait = untilAborted }: SceneOptions = {}): Scene {
  const open: OpenWatch[] = [];
  const queue = createQueue();
  const parts = { open, queue, log: keptLog(), metrics: createMetrics(), stop: new AbortController() };
  const forwarder = createForwarder({
    kinds,
    cluster: 'prod',
    watch: async (selection, handler, signal) => {
      open.push({ selection, handler });
      await aborted(signal);
    },
    sender: queue.sender,
    clock: { now: () => new Date() },
    log: parts.log,
    metrics: parts.metrics,
    backoff: { firstMs: 1, largestMs: 2 },
    wait,
    ...(namespaces === undefined ? {} : { namespaces }),
  });
  const running = forwarder.run(parts.stop.signal);
  const watchOf = (kind: string, namespace?: string) => watchAmong(open, kind, namespace);
  return {
    ...parts,
    forwarder,
    running,
    watchOf,
    told: () => brief(queue.taken.map(({ data }) => data)),
    allListed() {
      for (const kind of warehouse) watchOf(kind.resource.kind).listed('complete');
    },
    async [Symbol.asyncDispose]() {
      parts.stop.abort();
      await running;
      queue.closed = false;
      await forwarder.drain(1);
    },
  };
}

export async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

const untilAborted: Pause = (_, signal) => aborted(signal);

function createQueue(): Queue {
  const taken: ObjectEvent[] = [];
  const sender: EventSender = {
    async send(events) {
      if (!queue.closed) taken.push(...events);
      const failed = queue.closed ? events : [];
      const problems = failed.map((event) => ({ event, code: 'Down', message: 'down', senderFault: false }));
      return { sent: events.length - failed.length, failed, problems };
    },
  };
  const queue = { closed: false, taken, sender };
  return queue;
}

function watchAmong(open: readonly OpenWatch[], kind: string, namespace?: string): WatchHandler {
  const found = open.find(({ selection }) => selection.resource.kind === kind && selection.namespace === namespace);
  if (found === undefined) throw new Error(`nobody watches ${kind}`);
  return found.handler;
}
