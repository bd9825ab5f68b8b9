import { beforeEach, expect, it } from 'vitest';
import type { DeadLetterQueue, QueuedLetter } from '../dead-letters/queue.ts';
import { objectEvent } from '../events/event.ts';
import { type Lane, lanes } from '../kinds/define.ts';
import { kinds } from '../kinds/registry.gen.ts';
import { createScene, type Scene } from './fixture.ts';

/* More dead letters than are looked at within minutes, in a queue that really hides them: time passes where they are received. */

interface Lying {
  readonly id: string;
  readonly body: string;
  receives: number;
  visibleAt: number;
}

let scene: Scene;
let lying: Map<string, Lying>;
/** In seconds: what the run has taken, what a receive takes, until when a letter was hidden, and the longest that one can be. */
let now: number;
let receiveTakes: number;
let latest: number;
let longestHidden: number;

const handleOf = ({ id, receives }: Lying): string => `${id}/${receives}`;

/** The oldest first, as FIFO queues do. */
function firstVisible(hiddenSeconds: number): readonly QueuedLetter[] {
  const given: QueuedLetter[] = [];
  for (const letter of lying.values()) {
    if (given.length === 10) break;
    if (letter.visibleAt > now) continue;
    letter.receives += 1;
    letter.visibleAt = now + Math.min(hiddenSeconds, longestHidden);
    given.push({ id: letter.id, body: letter.body, receiptHandle: handleOf(letter) });
  }
  return given;
}

const queue: DeadLetterQueue = {
  async receive(hiddenSeconds) {
    const given = firstVisible(hiddenSeconds);
    latest = Math.max(latest, now + hiddenSeconds);
    now += receiveTakes;
    scene.remaining -= receiveTakes * 1_000;
    return given;
  },
  async remove(letters) {
    for (const { id } of letters) lying.delete(id);
    return [];
  },
  async release(letters) {
    return letters.flatMap((letter) => {
      const found = lying.get(letter.id);
      // Only the newest handle gives a letter back.
      if (found === undefined || handleOf(found) !== letter.receiptHandle) return [{ letter, reason: 'expired' }];
      found.visibleAt = now;
      return [];
    });
  },
};

function letterFor(kind: string, name: string): Lying {
  const { group = '', version = '' } = kinds.find(({ resource }) => resource.kind === kind)?.resource ?? {};
  const object = { cluster: 'blue', group, version, kind, namespace: 'team', name };
  const data = { ...object, uid: `uid-${name}`, resourceVersion: '1', generation: 1, cause: 'change' as const };
  const body = JSON.stringify(objectEvent(data, new Date(0)));
  return { id: `${kind} ${name}`, body, receives: 0, visibleAt: 0 };
}

/** So many objects of each kind, in turns. */
function bury(count: number, ...named: readonly string[]): void {
  const names = Array.from({ length: count }, (_, at) => String(at));
  const letters = names.flatMap((name) => named.map((kind) => letterFor(kind, name)));
  lying = new Map(letters.map((letter) => [letter.id, letter]));
}

const hidden = () => [...lying.values()].filter(({ visibleAt }) => visibleAt > now);
const left = (kind: string) => [...lying.keys()].filter((id) => id.startsWith(`${kind} `)).length;

beforeEach(() => {
  const none: DeadLetterQueue = { receive: async () => [], remove: async () => [], release: async () => [] };
  const entries = lanes.map((lane) => [lane, lane === 'entity' ? queue : none] as const);
  scene = createScene({ deadLetters: Object.fromEntries(entries) as Record<Lane, DeadLetterQueue> });
  now = 0;
  receiveTakes = 1;
  latest = 0;
  longestHidden = 43_200;
});

it('finds every letter that is meant behind thousands that are not, and gives these back', async () => {
  bury(1_000, 'KongService', 'KongUpstream', 'KongRoute');

  const answer = await scene.replay({ deadLetters: true, dryRun: false, kind: 'KongRoute' });

  expect(answer).toMatchObject({ events: { entity: 1_000 }, problems: [] });
  expect(answer).not.toHaveProperty('next');
  expect([left('KongRoute'), left('KongService'), left('KongUpstream')]).toEqual([0, 1_000, 1_000]);
  expect(hidden()).toEqual([]);
});

it('looks at all of them in a dry run, too', async () => {
  bury(3_000, 'KongService');

  const answer = await scene.replay({ deadLetters: true });

  expect(answer).toMatchObject({ events: { entity: 3_000 }, problems: [] });
  expect(answer).not.toHaveProperty('next');
  expect(hidden()).toEqual([]);
});

it('hides letters until its time is up and no longer, should it die', async () => {
  bury(1_000, 'KongService');
  scene.remaining = 100_000;

  const answer = await scene.replay({ deadLetters: true });

  expect(answer).toMatchObject({ events: { entity: 700 }, next: 'dead-letters' });
  expect(latest).toBe(100);
  expect(hidden()).toEqual([]);
});

it('counts nothing twice that comes again all the same, and gives it back', async () => {
  bury(400, 'KongService');
  longestHidden = 30;
  scene.remaining = 100_000;

  const answer = await scene.replay({ deadLetters: true });

  expect(answer).toMatchObject({ events: { entity: 300 }, problems: [], next: 'dead-letters' });
  expect(hidden()).toEqual([]);
});

it('says where more stay than it can hold', async () => {
  bury(20_100, 'KongService');
  receiveTakes = 0.1;

  const answer = await scene.replay({ deadLetters: true, dryRun: false, kind: 'KongRoute' });

  expect(answer).not.toHaveProperty('next');
  expect(answer.problems).toEqual([
    'dead letters of the lane entity behind the first 20000 that stay were not looked at: discard some',
  ]);
  expect(hidden()).toEqual([]);
});
