import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { DeadLetterQueue, QueuedLetter } from '../../lib/dead-letters/queue.ts';
import { objectEvent, parseEvent } from '../../lib/events/event.ts';
import { type Lane, lanes } from '../../lib/kinds/define.ts';
import { createScene, furnish, type Scene } from '../../lib/replay/fixture.ts';
import { BadReplay } from '../../lib/replay/parse.ts';
import type { ReplayAnswer } from '../../lib/replay/request.ts';
import { serviceKind } from '../memory/core.ts';
import { anyValue, hostileText, madeOf, type Spoiling, spoiling, spoilt } from './spoil.ts';

/*
 * Replays that are asked for with anything, of dead letters that hold anything: each is refused with a word or answered, what
 * is sent is an event, no letter goes that was not answered by one, and nothing of a body that is no event comes out.
 */

const canary = 'kpat_canary0123456789';

type Body =
  | { readonly text: string }
  | { readonly value: Parameters<typeof madeOf>[0] }
  | { readonly letters: number }
  | { readonly spoilings: readonly Spoiling[] }
  | { readonly fields: Readonly<Record<string, unknown>> };

interface Input {
  readonly request: readonly Spoiling[];
  readonly fields: Readonly<Record<string, unknown>>;
  readonly bodies: readonly Body[];
  readonly lane: Lane;
}

const body: fc.Arbitrary<Body> = fc.oneof(
  fc.record({ text: fc.oneof(hostileText, fc.constantFrom(`{"token":"${canary}"`, canary, `{"${canary}":1}`)) }),
  fc.record({ value: anyValue }),
  fc.record({ letters: fc.constantFrom(1000, 200_000) }),
  fc.record({ spoilings: fc.array(spoiling, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    fields: fc.record(
      {
        kind: fc.constantFrom('KongRoute', 'KongVault', 'Secret', '__proto__', 'toString'),
        group: hostileText,
        namespace: fc.oneof(hostileText, fc.constant('team')),
        name: fc.oneof(hostileText, fc.constantFrom('svc', 'route', '__proto__')),
        cluster: hostileText,
        uid: fc.constantFrom('u', canary),
        origin: fc.constantFrom('run-1', canary),
        force: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  }),
);

const input: fc.Arbitrary<Input> = fc.record({
  request: fc.array(spoiling, { maxLength: 2 }),
  fields: fc.record(
    {
      kind: fc.oneof(hostileText, fc.constantFrom('KongService', 'constructor')),
      namespace: hostileText,
      name: hostileText,
      uid: hostileText,
      labelSelector: fc.oneof(hostileText, fc.constantFrom('team=shop', '(((((', 'a in (', '(a+)+$', 'x'.repeat(1024))),
      controlPlane: fc.oneof(hostileText, fc.constantFrom('team/cp', '__proto__/x')),
      after: fc.oneof(hostileText, fc.constantFrom('blue/KongService', 'blue/KongService/team/svc', '///')),
      all: fc.constant(true),
      run: hostileText,
      [canary]: fc.constant(1),
    },
    { requiredKeys: [] },
  ),
  bodies: fc.array(body, { maxLength: 25 }),
  lane: fc.constantFrom(...lanes),
});

/** @returns how many replays were asked for. */
export async function replays(runs: number, seed: number): Promise<number> {
  await fc.assert(fc.asyncProperty(input, lived), { numRuns: runs, seed, endOnFailure: true });
  return runs;
}

async function lived(one: Input): Promise<void> {
  const queue = memoryQueue();
  const empty = memoryQueue();
  const entries = lanes.map((lane) => [lane, lane === one.lane ? queue : empty] as const);
  const scene = createScene({ deadLetters: Object.fromEntries(entries) as unknown as Record<Lane, DeadLetterQueue> });
  furnish(scene.cluster);
  const bodies = [...one.bodies.map((given) => textOf(scene, given)), JSON.stringify(rightEvent(scene))];
  queue.letters.push(...bodies.map((text, index) => ({ id: `m${index}`, body: text, receiptHandle: `r${index}` })));
  const asked: unknown = one.request.reduce<unknown>(spoilt, { ...one.fields, dryRun: false });
  judge(scene, await answerTo(scene, asked));
  // All of them, so that the right one among them is asked for.
  const before = scene.sent.length;
  const answer = await answerTo(scene, { deadLetters: true, dryRun: false });
  judge(scene, answer);
  ok(scene.sent.slice(before).some(({ data }) => data.name === 'svc') || queue.taken.includes(bodies.at(-1) ?? ''));
  for (const taken of queue.taken) {
    const { kind, name } = parseEvent(taken).data;
    ok(scene.told().includes(`${kind} ${name}`), `a letter went unanswered: ${taken.slice(0, 500)}`);
  }
  deepEqual([...queue.taken, ...queue.letters.map(({ body: text }) => text)].toSorted(), bodies.toSorted());
  equal(queue.held.size, 0, 'letters stay hidden');
}

async function answerTo(scene: Scene, asked: unknown): Promise<ReplayAnswer | string> {
  try {
    return await scene.replay(asked as object);
  } catch (error) {
    ok(error instanceof BadReplay, error instanceof Error ? error.stack : String(error));
    ok(error.message !== '' && error.message.length < 8192, 'the message is as long as what was asked');
    return error.message;
  }
}

function judge({ sent }: Scene, answer: ReplayAnswer | string): void {
  for (const event of sent) parseEvent(JSON.stringify(event));
  const text = JSON.stringify(answer);
  ok(!text.includes('canary'), `a secret got out: ${text.slice(0, 500)}`);
  ok(text.length < 256 * 1024, 'the answer is as long as what was asked');
}

function rightEvent({ cluster }: Scene) {
  const { group, version, kind } = serviceKind.resource;
  const key = { namespace: 'team', name: 'svc' };
  const { uid = '', resourceVersion = '' } = cluster.user.find(serviceKind.resource, key)?.metadata ?? {};
  const named = { cluster: 'blue', group, version, kind, ...key, uid, resourceVersion, generation: 1 };
  return objectEvent({ ...named, cause: 'change' }, new Date('2026-03-01T12:00:00Z'));
}

function textOf(scene: Scene, given: Body): string {
  if ('text' in given) return given.text;
  if ('value' in given) return JSON.stringify(madeOf(given.value)) ?? '';
  const event = rightEvent(scene);
  if ('letters' in given) return JSON.stringify({ ...event, [canary]: 'h'.repeat(given.letters) });
  if ('fields' in given) return JSON.stringify({ ...event, data: { ...event.data, ...given.fields } });
  return JSON.stringify(given.spoilings.reduce<unknown>(spoilt, event)) ?? '';
}

/** A dead-letter queue that gives no letter to two at once. */
function memoryQueue() {
  const letters: QueuedLetter[] = [];
  const taken: string[] = [];
  const held = new Set<string>();
  const queue: DeadLetterQueue = {
    async receive() {
      const found = letters.filter(({ id }) => !held.has(id)).slice(0, 10);
      for (const { id } of found) held.add(id);
      return found;
    },
    async remove(some) {
      for (const { id, body: text } of some) {
        letters.splice(
          letters.findIndex((letter) => letter.id === id),
          1,
        );
        held.delete(id);
        taken.push(text);
      }
      return [];
    },
    async release(some) {
      for (const { id } of some) held.delete(id);
      return [];
    },
  };
  return { ...queue, letters, taken, held };
}
