import { deepEqual, equal, ok } from 'node:assert/strict';
import type { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { reconcile } from '../../lib/engine/reconcile.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import { longestWaitSeconds, maxAttempts } from '../../lib/events/backoff.ts';
import { type BatchPorts, handleBatch } from '../../lib/events/batch.ts';
import { createDeadLetters } from '../../lib/events/dead-letters.ts';
import { causes, messageGroupId, objectEvent, parseEvent } from '../../lib/events/event.ts';
import { createFirstErrors } from '../../lib/events/first-errors.ts';
import type { QueueRecord } from '../../lib/events/record.ts';
import { anyValue, hostileText, madeOf, type Spoiling, spoiling, spoilt } from './spoil.ts';
import { eventOf, startTown, type Town } from './town.ts';

/*
 * Batches with messages of any content beside one that is right: each message ends, as handled or as a dead letter with a
 * reason, none takes the batch or another message along, and nothing of a body comes out in a reason.
 */

const runsPerTown = 2000;
const canary = 'kpat_canary0123456789';

type Body =
  | { readonly text: string }
  | { readonly levels: number }
  | { readonly letters: number }
  | { readonly value: Parameters<typeof madeOf>[0] }
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly spoilings: readonly Spoiling[] };

const key = fc.oneof(hostileText, fc.constantFrom('default', 'team', 'gateway-control-plane', 'checkout'));
const body: fc.Arbitrary<Body> = fc.oneof(
  fc.record({ text: fc.oneof(hostileText, fc.string({ maxLength: 200 }), fc.constant(`{"token":"${canary}"`)) }),
  fc.record({ levels: fc.constantFrom(1000, 100_000) }),
  fc.record({ letters: fc.constantFrom(100_000, 900_000) }),
  fc.record({ value: anyValue }),
  // An event that passes every check, about what is not there, or is somebody else's.
  fc.record({
    fields: fc.record(
      {
        cluster: hostileText,
        kind: fc.constantFrom(
          'KongService',
          'KongRoute',
          'KonnectGatewayControlPlane',
          'KonnectAPIAuthConfiguration',
          'Secret',
          '__proto__',
        ),
        namespace: key,
        name: key,
        uid: hostileText,
        generation: fc.constantFrom(0, 2 ** 53, 1e308),
        resourceVersion: hostileText,
        cause: fc.constantFrom(...causes),
        force: fc.boolean(),
        orphanIn: fc.record({ namespace: key, name: key }, { requiredKeys: ['name'] }),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({ spoilings: fc.array(spoiling, { minLength: 1, maxLength: 2 }) }),
);

const batch = fc.record({
  bodies: fc.array(body, { minLength: 1, maxLength: 9 }),
  /** Where the right one stands, and whether it shares a group with the others. */
  place: fc.nat({ max: 9 }),
  together: fc.boolean(),
});

/** @returns how many messages of any content were handled. */
export async function events(runs: number, seed: number): Promise<number> {
  let handled = 0;
  for (let done = 0; done < runs; done += runsPerTown) {
    await using town = await startTown();
    const property = fc.asyncProperty(batch, async ({ bodies, place, together }) => {
      handled += bodies.length;
      await lived(town, bodies, Math.min(place, bodies.length), together);
    });
    await fc.assert(property, { numRuns: Math.min(runsPerTown, runs - done), seed: seed + done, endOnFailure: true });
  }
  return handled;
}

async function lived(town: Town, bodies: readonly Body[], place: number, together: boolean): Promise<void> {
  const { stage } = town;
  const right = town.residents.find(({ kind }) => kind === 'KongService');
  if (right === undefined) throw new Error('no example has a service');
  const event = objectEvent(eventOf(right), stage.now);
  const texts = bodies.map((one) => textOf(one, event)).toSpliced(place, 0, JSON.stringify(event));
  const before = town.belongings();
  const kept = new Map<string, Record<string, string>>();
  const looked: string[] = [];
  const ports = portsOf(town, kept, looked);
  let open = texts.map((text, index) => ({ id: `m${index}`, text }));
  for (let received = 1; open.length > 0; received += 1) {
    ok(received <= maxAttempts, `still on the queue after ${maxAttempts} tries: ${open[0]?.text.slice(0, 300)}`);
    const failed = await handleBatch(
      open.map(({ id, text }) => recordOf(id, text, received, together)),
      ports,
    );
    open = open.filter(({ id }) => failed.includes(id));
    equal(failed.length, open.length, 'an id was returned that was not in the batch');
    if (received === 1) {
      ok(looked.includes(right.metadata.name), 'the right message was not handled');
      ok(!failed.includes(`m${place}`), 'the right message came back');
    }
  }
  for (const [id, { reason, verdict }] of kept) {
    ok(
      reason !== '' && reason !== 'unknown' && !reason?.includes('canary'),
      `${id} is a dead letter without a word: ${verdict}`,
    );
  }
  for (const [index, text] of texts.entries())
    if (isNoEvent(text)) equal(kept.get(`m${index}`)?.['verdict'], 'malformed');
  equal(Reflect.get({}, 'polluted'), undefined, 'every object has a new field');
  deepEqual([...town.belongings()], [...before]);
}

function isNoEvent(text: string): boolean {
  try {
    parseEvent(text);
    return false;
  } catch {
    return true;
  }
}

function textOf(one: Body, event: ReturnType<typeof objectEvent>): string {
  if ('text' in one) return one.text;
  if ('levels' in one) return '['.repeat(one.levels) + ']'.repeat(one.levels);
  if ('letters' in one) return JSON.stringify({ ...event, subject: 'h'.repeat(one.letters) });
  if ('value' in one) return JSON.stringify(madeOf(one.value)) ?? '';
  if ('fields' in one) return JSON.stringify({ ...event, data: { ...event.data, ...one.fields } });
  return JSON.stringify(one.spoilings.reduce<unknown>(spoilt, event)) ?? '';
}

function recordOf(id: string, text: string, received: number, together: boolean): QueueRecord {
  const attributes = { ApproximateReceiveCount: String(received), MessageGroupId: together ? 'all' : id };
  return { messageId: id, receiptHandle: id, body: text, attributes };
}

function portsOf(town: Town, kept: Map<string, Record<string, string>>, looked: string[]): BatchPorts {
  const client = { send: async ({ input }: SendMessageCommand) => keep(kept, input) };
  const silent = () => undefined;
  return {
    async reconcile(event): Promise<Verdict> {
      looked.push(event.name);
      ok(messageGroupId(event).length <= 128);
      return reconcile(town.stage.environment, town.stage.cluster, event);
    },
    deadLetters: createDeadLetters(client as unknown as SQSClient, 'https://sqs'), // the one call that it makes
    firstErrors: createFirstErrors(),
    delay: async (_, seconds) => ok(Number.isInteger(seconds) && seconds >= 0 && seconds <= longestWaitSeconds),
    remaining: () => 900_000,
    functionName: 'reconcile-test',
    clock: { now: () => town.stage.now },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    random: () => 0.5,
  };
}

/** Takes what SQS takes: ten attributes, none empty, of characters that XML has. */
function keep(kept: Map<string, Record<string, string>>, input: SendMessageCommand['input']): void {
  const attributes = Object.entries(input.MessageAttributes ?? {}).map(
    ([name, { StringValue }]) => [name, StringValue ?? ''] as const,
  );
  ok(attributes.length <= 10);
  for (const [name, value] of attributes) {
    ok(/^[\t\n\r\x20-\ud7ff\ue000-\ufffd]+$/.test(value), `SQS would refuse the attribute ${name}`);
    ok(value.length <= 2048);
  }
  kept.set(String(input.MessageDeduplicationId), Object.fromEntries(attributes));
}
