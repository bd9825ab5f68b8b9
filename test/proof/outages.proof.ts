import { afterAll, beforeAll, expect, it } from 'vitest';
import { functionName } from '../../infra/local/deployment.ts';
import type { ForwarderProcess } from '../../infra/local/forwarder-process.ts';
import { messageGroupId, type ObjectEventData } from '../../lib/events/event.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { laneOf } from '../../lib/registry.ts';
import { sendBody } from '../journey/events.ts';
import { story } from '../journey/manifests.ts';
import { nothing, outcomeOf } from '../journey/outcome.ts';
import { dataIn, deadLetters } from '../journey/rest.ts';
import type { Scene } from '../journey/scene.ts';
import { stageForFile } from '../journey/stage.ts';
import { randomFrom, seedOfRun } from '../journey/strike.ts';
import { note } from './figures.ts';
import { peakBytes } from './peaks.ts';
import { isDone, openShop } from './shop.ts';
import { createHavoc, type Replica, skewed, troublesOf } from './troubles.ts';

/* People change things while everything around fails, all at once and at any moment; then it must be as if nothing had been. */

const minuteMs = 60_000;
// No two clocks agree, and a history so short that a watch which was away finds it gone.
const stage = stageForFile({
  kubernetes: { clock: () => new Date(Date.now() - 40 * minuteMs), maxWatchEvents: 300 },
  konnect: { clock: () => new Date(Date.now() + 30 * minuteMs) },
});
const seed = seedOfRun();
const rounds = Number(process.env['PROOF_ROUNDS'] ?? 10);
const steps = 40;
/** Of a call to fail, while its system has trouble. */
const chance = 0.3;
const struck = new Map<string, number>();
/** The most bytes at the end of any round. */
const most = { heapOfFunction: 0, memoryOfForwarder: 0 };
let other: ForwarderProcess | undefined;
const replica: Replica = {
  kill: async () => other?.kill(),
  async start() {
    other = await stage.stack.startReplica(skewed(20 * minuteMs));
  },
};

beforeAll(replica.start);
afterAll(() => other?.stop());

it.each(Array.from({ length: rounds }, (_, round) => round))('ends right whatever fails, round %i', async (round) => {
  const told = `repeat it with JOURNEY_SEED=${seed + round} PROOF_ROUNDS=1`;
  const random = randomFrom(seed + round);
  const { stack } = stage;
  const scene = await stage.scene(`round-${round}`);
  const sentBefore = stack.queues.sent.length;
  const planeId = () => scene.planes()[0]?.id ?? '';
  const shop = openShop(scene, (collection) => stack.konnect.entities(planeId(), collection), random);
  // What one of two forwarders misses the other may have seen, so there are not always two.
  const alone = random() < 0.5;
  await replica.kill();
  if (!alone) await replica.start();
  const troubles = troublesOf(stack, { random, replica: alone ? undefined : replica, chance });
  await using havoc = createHavoc(troubles, random, struck);

  await scene.apply(...story(scene.token));
  for (let step = 0; step < steps; step += 1) await havoc.around(shop.step);
  await havoc.end();
  // A watch that was refused may begin anew only half a minute later: until then nobody has much to do.
  await stage.until(`every object is done; ${told}`, async () => (await scene.objects()).every(isDone));
  await rested(told, scene);
  await shop.expectRight(told);
  const { notDone, planes, certificates, joined, tokens } = await outcomeOf(stage, scene);
  const right = { notDone: [], planes: ['plane'], certificates: 1, joined: true, tokens: ['auth'] };
  expect({ notDone, planes, certificates, joined, tokens }, told).toEqual(right);

  const writes = stack.konnect.writes;
  await lateAndOutOfOrder(sentBefore, scene, random);
  await rested(told, scene);
  expect(stack.konnect.writes - writes, `writes for what was told already; ${told}`).toBe(0);

  await havoc.around(shop.clear);
  for (const { kind, metadata } of story(scene.token)) await havoc.around(() => scene.remove(kind, metadata.name));
  await havoc.end();
  await stage.until(`every object is gone; ${told}`, async () => (await scene.objects()).length === 0);
  await rested(told, scene);
  const { owned: _, settings: __, ...left } = await outcomeOf(stage, scene);
  const { owned: ___, settings: ____, ...expected } = nothing;
  expect(left, told).toEqual(expected);
  await noteMemory(alone ? undefined : other);
});

it('loses nothing where only a forwarder is left whose clock is wrong', async () => {
  const { stack } = stage;
  await replica.kill();
  await replica.start();
  await stack.forwarder?.kill();
  const scene = await stage.scene('replica');
  await scene.apply(...story(scene.token));
  await stage.until('every object is done', async () => (await scene.objects()).every(isDone));
  await rested('with the other forwarder alone', scene);
  expect(scene.planes()).toHaveLength(1);
  await stack.restartForwarder();
});

it('has troubled every part, and kept to its memory', async () => {
  const names = troublesOf(stage.stack, { random: Math.random, replica, chance }).map(({ name }) => name);
  for (const name of names) note({ what: `outages: ${name}`, value: struck.get(name) ?? 0, unit: 'count' });
  if (rounds >= 10)
    expect(
      names.filter((name) => !struck.has(name)),
      `JOURNEY_SEED=${seed}`,
    ).toEqual([]);
  note(
    { what: `outages: rounds of ${steps} changes that ended right`, value: rounds, unit: 'count' },
    { what: 'outages: largest heap of a function', value: most.heapOfFunction, unit: 'bytes', bar: 256e6 },
    {
      what: 'outages: most memory of a forwarder',
      value: most.memoryOfForwarder,
      unit: 'bytes',
      bar: 200e6,
    },
  );
  expect(most.heapOfFunction).toBeGreaterThan(0);
  expect(most.heapOfFunction).toBeLessThan(256e6);
});

async function rested(told: string, scene: Scene): Promise<void> {
  try {
    await stage.rest();
  } catch (error) {
    throw new Error(`${told} does not come to rest`, { cause: error });
  }
  expect(deadLetters(stage.stack, scene.namespace), told).toEqual([]);
}

/** Every event of a scene comes once more, hours later and in any order. */
async function lateAndOutOfOrder(from: number, scene: Scene, random: () => number): Promise<void> {
  const { stack } = stage;
  stack.queues.advance(3 * 3_600);
  const bodies = stack.queues.sent.slice(from).map(({ body }) => ({ body, order: random() }));
  for (const { body } of bodies.toSorted((one, other) => one.order - other.order)) {
    const data = dataIn(body) as unknown as ObjectEventData;
    if (data.namespace !== scene.namespace) continue;
    await sendBody(stack, laneOf(data.kind) ?? 'entity', body, messageGroupId(data));
  }
}

async function noteMemory(replica: ForwarderProcess | undefined): Promise<void> {
  const { functions, forwarder } = stage.stack;
  const heaps = await Promise.all(lanes.map((lane) => functions.heapBytes(functionName(lane))));
  most.heapOfFunction = Math.max(most.heapOfFunction, ...heaps.flat());
  const pids = [forwarder, replica].flatMap((one) => one?.pid ?? []);
  most.memoryOfForwarder = Math.max(most.memoryOfForwarder, ...pids.map(peakBytes));
}
