import { equal, ok } from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { createTransport } from '../../lib/cluster/transport.ts';
import { createWatch, defaultTiming } from '../../lib/cluster/watch.ts';
import { type ObjectEvent, parseEvent } from '../../lib/events/event.ts';
import type { EventSender } from '../../lib/events/queues.ts';
import { createForwarder } from '../../lib/forward/forwarder.ts';
import { createMetrics } from '../../lib/forward/metrics.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { type ApiScript, mostOfLine, startApiScript } from './api-script.ts';
import { bytesOfLine, faults, type Line, lines, type Thing, thing, thingOf, type WireFault } from './stream.ts';
import { startTown, type Town } from './town.ts';

/*
 * An API server whose lists and watches hold anything: the forwarder goes on, holds no more than a line, sends nothing that is
 * no event, and what is good beside it is forwarded.
 */

interface Input {
  readonly kind: string;
  readonly bad: readonly Thing[];
  readonly before: readonly Line[];
  readonly after: readonly Line[];
  readonly listFaults: readonly WireFault[];
  readonly watchFaults: readonly WireFault[];
}

const input: fc.Arbitrary<Input> = fc.record({
  kind: fc.constantFrom(...kinds.map(({ resource }) => resource.kind)),
  bad: fc.array(thing, { maxLength: 3 }),
  before: lines,
  after: lines,
  listFaults: faults,
  watchFaults: faults,
});

/** @returns how many histories were watched. */
export async function streams(runs: number, seed: number): Promise<number> {
  await using town = await startTown();
  await using script = await startApiScript();
  await fc.assert(
    fc.asyncProperty(input, (one) => watched(town, script, one)),
    { numRuns: runs, seed, endOnFailure: true },
  );
  return runs;
}

async function watched({ residents }: Town, script: ApiScript, one: Input): Promise<void> {
  const kind = kinds.find(({ resource }) => resource.kind === one.kind);
  const example = residents.find((object) => object.kind === one.kind);
  if (kind === undefined || example === undefined) throw new Error(`no example has a ${one.kind}`);
  const named = (name: string) => ({
    ...example,
    status: {},
    metadata: { ...example.metadata, name, uid: `uid-${name}`, resourceVersion: '101' },
  });
  const [bad, second] = [named('bad'), named('second')];
  script.play({
    collection: kind.resource.plural,
    items: [...one.bad.map((given) => thingOf(given, bad)), named('first'), second],
    lines: [...one.before, { object: second }, ...one.after].map((line) => bytesOfLine(line, bad)),
    listFaults: one.listFaults,
    watchFaults: one.watchFaults,
  });
  await using running = start(kind, script.url);
  await running.until('first');
  await running.until('second');
  // After whatever was in between, it watches still.
  script.announce(named('last'));
  await running.until('last');
  ok(script.poured < mostOfLine, 'a line without an end was read');
}

function start(kind: Kind, server: string) {
  const told = new Set<string>();
  let changed = Promise.withResolvers<void>();
  const sender: EventSender = {
    async send(events) {
      for (const event of events) told.add(checked(event));
      changed.resolve();
      changed = Promise.withResolvers();
      return { sent: events.length, failed: [], problems: [] };
    },
  };
  const credentials = { access: async () => ({ server, tls: {} }), refresh() {} };
  const transport = createTransport({ cluster: 'blue', credentials, timeoutMs: 5_000, userAgent: 'test' });
  const silent = () => undefined;
  const forwarder = createForwarder({
    kinds: [kind],
    cluster: 'blue',
    watch: createWatch(transport, { timing: defaultTiming, wait: paused }),
    sender,
    clock: { now: () => new Date() },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    metrics: createMetrics(),
  });
  const stop = new AbortController();
  const running = forwarder.run(stop.signal);
  return {
    async until(name: string): Promise<void> {
      const late = AbortSignal.timeout(10_000);
      const over = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve(), { once: true }));
      while (!told.has(name)) {
        ok(!late.aborted, `no event was sent for the object ${name}`);
        await Promise.race([changed.promise, over]);
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      equal(await forwarder.drain(1_000), 0);
      await running;
      await transport.close();
    },
  };
}

function checked(event: ObjectEvent): string {
  return parseEvent(JSON.stringify(event)).data.name;
}

async function paused(milliseconds: number): Promise<void> {
  ok(milliseconds >= 0 && milliseconds <= 300_000, `it would wait for ${milliseconds} milliseconds`);
  await nextTurn();
}
