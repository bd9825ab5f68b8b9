import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { containerMiB } from '../../infra/generate/install/memory.ts';
import { type Stack, startStack, storyOrganization, storyToken } from '../../infra/local/stack.ts';
import { holdsForGeneration } from '../../lib/engine/objects.ts';
import { callsOf, countBySystem, forgetCalls, isOurs, namespace } from '../bench/calls.ts';
import type { Figure } from '../bench/figure.ts';
import { gateway, gatewayOf } from '../bench/gateway.ts';
import { kindNamed, type Wanted } from '../bench/load.ts';
import { type ProcessorTime, processorTime } from '../bench/processor.ts';
import { measureRoundTrips } from '../bench/round-trips.ts';
import { auth } from '../journey/manifests.ts';
import { deadLetters } from '../journey/rest.ts';
import { type Changes, followChanges, percentile } from './changes.ts';
import { note } from './figures.ts';
import { atOnce, type Change, sustained, takingTurns } from './pace.ts';
import { peakBytes, watchPeaks } from './peaks.ts';

/* Thousands of changes at once, and hundreds a second: with the time that Konnect takes in reality, in four organisations. */

const objects = Number(process.env['PROOF_OBJECTS'] ?? 10_000);
const rate = Number(process.env['PROOF_RATE'] ?? 200);
const seconds = Number(process.env['PROOF_SECONDS'] ?? 120);
const latencyMs = 50;
const patienceMs = 600_000;
const limitMs = 1_500_000;
const containerBytes = containerMiB * 2 ** 20;

/** What is changed of a kind, and to what. */
const edits: Readonly<Record<string, (value: string) => Readonly<Record<string, unknown>>>> = {
  KongRoute: (value) => ({ spec: { paths: [`/${value}`] } }),
  KongConsumer: (value) => ({ custom_id: value }),
  KongService: (value) => ({ spec: { host: `${value}.internal` } }),
  KongCredentialAPIKey: (value) => ({ spec: { key: `key-${value}-xxxxxxxx` } }),
};

const accounts = Array.from({ length: 4 }, (_, index) => ({
  name: `account-${index}`,
  id: randomUUID(),
  token: `kpat_${randomBytes(20).toString('hex')}`,
}));
const gateways = accounts.map(({ name }, index) =>
  gateway(`gateway-${index}`, name, gatewayOf(objects / accounts.length)),
);
/** The gateways take turns. */
const changeable = takingTurns(gateways.map((all) => all.filter(({ kind }) => kindOf(kind) in edits)));

const tenthOfAll = changeable.slice(0, changeable.length / 10);
let stack: Stack;

beforeAll(async () => {
  const own = accounts.map(({ id, name, token }) => ({ id, name, tokens: [token] }));
  const organizations = [{ ...storyOrganization, tokens: [storyToken] }, ...own];
  // As deployed: a debug log would be the larger part of the work.
  stack = await startStack({ bundles: inject('bundles'), logLevel: 'INFO', konnect: { latencyMs, organizations } });
  for (const { name, token } of accounts) {
    const manifest = auth(name, { token });
    await stack.admin.apply(JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, namespace } }));
  }
});
afterAll(() => stack?.stop());

it(
  'makes them all, changes a tenth and then all of them at once, and keeps up with a stream of changes',
  async () => {
    const all = gateways.flat();
    await create(all);
    const trip = await sumOfTrips();
    const tenth = await run(`${tenthOfAll.length} changes at once`, trip, (change) => atOnce(tenthOfAll, change));
    const whole = await run(`${changeable.length} changes at once`, trip, (change) => atOnce(changeable, change));
    note({
      what: `load: time of a change, ${whole.made} at once ÷ ${tenth.made} at once`,
      value: timeOfEach(whole) / timeOfEach(tenth),
      unit: 'ratio',
      bar: 1.3,
    });
    const stream = await run(`${rate} changes a second for ${seconds} s`, trip, (change) =>
      sustained(changeable, { rate, seconds }, change),
    );
    note({
      what: `load, stream: share of the asked ${rate} changes a second that were made`,
      value: stream.made / (rate * seconds),
      unit: 'ratio',
    });
    note(
      {
        what: 'load: most memory of the forwarder',
        value: peakBytes(stack.forwarder?.pid ?? 0),
        unit: 'bytes',
        bar: containerBytes,
      },
      { what: 'load: most memory of the stand-ins and this suite', value: peakBytes('self'), unit: 'bytes' },
    );
    expect(deadLetters(stack)).toEqual([]);
    expect(await notDone(all)).toBe(0);
  },
  limitMs,
);

let values = 0;

async function edit({ kind, object }: Wanted): Promise<void> {
  values += 1;
  const patch = edits[kindOf(kind)]?.(`v${values}`) ?? {};
  await stack.admin.patch(kind.resource, { namespace, name: object.metadata.name }, patch);
}

/** Makes changes, waits until the last has its status, and notes what it took. */
async function run(what: string, trip: number, make: (change: Change<Wanted>) => Promise<void>): Promise<Changes> {
  const { kubernetes } = stack;
  if (kubernetes === undefined) throw new Error('the load is measured at the embedded API server');
  forgetCalls(stack);
  const changes = followChanges(kubernetes);
  const sentBefore = stack.queues.sent.length;
  const before = processorTime(stack);
  await using peaks = watchPeaks(stack, 2_000);
  const start = Date.now();
  await make(edit);
  const madeUntil = Date.now();
  await vi.waitUntil(
    () => {
      changes.look();
      return Date.now() - madeUntil > 1_000 && changes.pending === 0;
    },
    { timeout: patienceMs, interval: 250 },
  );
  const elapsed = (changes.last - changes.first) / 1_000;
  const { konnect, kubernetes: cluster } = countBySystem(callsOf(stack).filter(isOurs));
  const after = processorTime(stack);
  const each = (value: number) => value / changes.made;
  const name = `load, ${what}`;
  note(
    {
      what: `${name}: made in a second`,
      value: changes.made / Math.max(1, (madeUntil - start) / 1_000),
      unit: 'count',
    },
    { what: `${name}: done in a second`, value: changes.made / elapsed, unit: 'count' },
    // An object that changed again while it waited is looked at once.
    { what: `${name}: looks in a second that did it`, value: changes.latencies.length / elapsed, unit: 'count' },
    {
      what: `${name}: half within (÷ round trips in a row)`,
      value: percentile(changes.latencies, 0.5) / trip,
      unit: 'ratio',
    },
    {
      what: `${name}: 99 % within (÷ round trips in a row)`,
      value: percentile(changes.latencies, 0.99) / trip,
      unit: 'ratio',
    },
    { what: `${name}: half within`, value: percentile(changes.latencies, 0.5), unit: 'ms' },
    { what: `${name}: 99 % within`, value: percentile(changes.latencies, 0.99), unit: 'ms' },
    { what: `${name}: oldest message`, value: peaks.queueAgeMs, unit: 'ms' },
    { what: `${name}: Konnect calls of each`, value: each(konnect), unit: 'calls', bar: 1.05 },
    { what: `${name}: Kubernetes calls of each`, value: each(cluster), unit: 'calls' },
    { what: `${name}: messages of each`, value: each(stack.queues.sent.length - sentBefore), unit: 'calls' },
    { what: `${name}: largest heap of a function`, value: peaks.functionHeapBytes, unit: 'bytes', bar: 256e6 },
    ...processors(name, before, after, (Date.now() - start) / 1_000),
  );
  return changes;
}

async function create(all: readonly Wanted[]): Promise<void> {
  const start = Date.now();
  await atOnce(all, async ({ kind, object }) => void (await stack.admin.create(kind.resource, object)));
  await vi.waitUntil(async () => (await notDone(all)) === 0, { timeout: patienceMs, interval: 2_000 });
  note({
    what: `load, ${all.length} objects made at once: done in a second`,
    value: (all.length * 1_000) / (Date.now() - start),
    unit: 'count',
  });
}

async function notDone(all: readonly Wanted[]): Promise<number> {
  let left = 0;
  for (const [kind, some] of Map.groupBy(all, (one) => one.kind)) {
    const listed = await stack.admin.list(kind.resource, { namespace });
    left += some.length - listed.filter((one) => holdsForGeneration(one, kind.mainCondition)).length;
    // What is made last is done last.
    if (left > 0) return left;
  }
  return left;
}

/** Of one change: to the cluster, to the queue and to its function, two reads, Konnect, and the status. */
async function sumOfTrips(): Promise<number> {
  const resource = kindNamed('KongService').resource;
  const [service] = await stack.admin.list(resource, { namespace });
  if (service === undefined) throw new Error('there is no service to measure round trips with');
  const trips = await measureRoundTrips(stack, resource, service);
  const sum = trips.queue + 2 * trips['Kubernetes read'] + trips.Konnect + 2 * trips['Kubernetes write'];
  note({ what: 'load: round trips of one change in a row', value: sum, unit: 'ms' });
  return sum;
}

function timeOfEach({ first, last, made }: Changes): number {
  return (last - first) / made;
}

function processors(
  name: string,
  before: ProcessorTime | undefined,
  after: ProcessorTime | undefined,
  elapsed: number,
): readonly Figure[] {
  if (before === undefined || after === undefined) return [];
  const shares = Object.keys(before) as (keyof ProcessorTime)[];
  return shares.map((share) => ({
    what: `${name}: processors that ${share} used`,
    value: (after[share] - before[share]) / elapsed,
    unit: 'ratio',
  }));
}

function kindOf({ resource }: Wanted['kind']): string {
  return resource.kind;
}
