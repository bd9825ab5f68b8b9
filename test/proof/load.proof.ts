import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { containerMiB } from '../../infra/generate/install/memory.ts';
import { type Stack, startStack, storyOrganization, storyToken } from '../../infra/local/stack.ts';
import { holdsForGeneration } from '../../lib/engine/objects.ts';
import { callsOf, countBySystem, forgetCalls, isOurs, namespace } from '../bench/calls.ts';
import { gateway, gatewayOf } from '../bench/gateway.ts';
import { kindNamed, type Wanted } from '../bench/load.ts';
import { processorTime } from '../bench/processor.ts';
import { measureRoundTrips } from '../bench/round-trips.ts';
import { auth } from '../journey/manifests.ts';
import { deadLetters } from '../journey/rest.ts';
import { type Changes, followChanges } from './changes.ts';
import { note } from './figures.ts';
import { edits, unlike } from './load-edits.ts';
import { figuresOf } from './load-figures.ts';
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
    // Else the figures of the stream would be those of a smaller one.
    expect(stream.made).toBeGreaterThan(0.95 * rate * seconds);
    expect(timeOfEach(whole) / timeOfEach(tenth), 'a change among ten times as many takes longer').toBeLessThan(2);
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
    expect(await unlike(stack, accounts)).toEqual([]);
  },
  limitMs,
);

let values = 0;

async function edit({ kind, object }: Wanted): Promise<void> {
  values += 1;
  const patch = edits[kindOf(kind)]?.to(`v${values}`) ?? {};
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
  const load = {
    changes,
    makingSeconds: (madeUntil - start) / 1_000,
    seconds: (Date.now() - start) / 1_000,
    calls: countBySystem(callsOf(stack).filter(isOurs)),
    messages: stack.queues.sent.length - sentBefore,
    peaks,
    before,
    after: processorTime(stack),
  };
  note(...figuresOf(what, trip, load));
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

function kindOf({ resource }: Wanted['kind']): string {
  return resource.kind;
}
