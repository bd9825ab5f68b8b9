import type { QueuedLetter, RefusedLetter } from '../dead-letters/queue.ts';
import { asksForMore, deduplicationId, messageGroupId, type ObjectEventData, parseEvent } from '../events/event.ts';
import { type Kind, type Lane, lanes } from '../kinds/define.ts';
import { reachOf } from './failures.ts';
import { BadReplay } from './parse.ts';
import { createPresent, type Present } from './present.ts';
import { mayGoOn, type Run, send } from './run.ts';
import { forced, replayed } from './select.ts';

/** Where such a replay goes on: at what is left in the queues. */
const next = 'dead-letters';
/** Letters that are not meant, and held all the same: so many can be given back in the time that is kept for the end. */
const keptLimit = 20_000;

/**
 * Replays the objects that dead letters name, and deletes those letters. What is not asked for, and what became a dead
 * letter because of this run, is left.
 * @returns where to go on, where time is up before the end.
 */
export async function replayDeadLetters(run: Run): Promise<string | undefined> {
  const present = createPresent(run);
  const sent = new Set<string>();
  // All lanes come to their end, so that no letter stays hidden because of another lane's trouble.
  const ends = await Promise.allSettled(lanes.map((lane) => replayLane({ run, lane, present, sent })));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return ends.some((end) => end.status === 'fulfilled' && end.value === 'late') ? next : undefined;
}

interface Search {
  readonly run: Run;
  readonly lane: Lane;
  readonly present: Present;
  /** Deduplication ids of this run's events. */
  readonly sent: Set<string>;
}

async function replayLane(search: Search): Promise<'done' | 'late'> {
  const { run, lane } = search;
  const queue = run.ports.deadLetters[lane];
  const kept = new Map<string, QueuedLetter>();
  try {
    while (await mayGoOn(run, lane)) {
      const letters = await queue.receive(secondsLeft(run));
      if (letters.length === 0) return 'done';
      const fresh = letters.filter(({ id }) => !kept.has(id));
      // Also of one that comes again: only the newest receipt handle gives it back.
      for (const letter of letters) kept.set(letter.id, letter);
      // Hidden for less time than was asked, they stand in front of what is left.
      if (fresh.length === 0) return 'late';
      for (const { id } of await replayLetters(search, fresh)) kept.delete(id);
      if (kept.size >= keptLimit) {
        run.tally.problem(
          `dead letters of the lane ${lane} behind the first ${keptLimit} that stay were not looked at: discard some`,
        );
        return 'done';
      }
    }
    return 'late';
  } catch (error) {
    if (error instanceof BadReplay) throw error;
    run.tally.problem(`dead letters of the lane ${lane} were not all replayed: ${reasonOf(error)}`);
    return 'done';
  } finally {
    const hidden = await queue.release([...kept.values()]);
    if (hidden.length > 0)
      run.tally.problem(
        `${hidden.length} dead letters of the lane ${lane} are hidden for up to ${secondsLeft(run)} seconds: ${reasonsOf(hidden)}`,
      );
  }
}

/** The queue gives the oldest first: one that came back before the end would keep the run from those behind it. */
function secondsLeft({ ports }: Run): number {
  return Math.ceil(ports.remaining() / 1_000);
}

/** @returns the letters that are deleted. */
async function replayLetters(search: Search, letters: readonly QueuedLetter[]): Promise<readonly QueuedLetter[]> {
  const { run, lane, sent } = search;
  const done: QueuedLetter[] = [];
  for (const letter of letters) {
    const event = await eventFor(search, letter);
    if (event === undefined) continue;
    const id = `${messageGroupId(event.data)} ${deduplicationId(event.data)}`;
    // Several letters of one object are answered by one event.
    if (!sent.has(id) && (await send(run, event.kind, [event.data])).length === 0) continue;
    sent.add(id);
    done.push(letter);
  }
  if (run.dryRun) return [];
  const left = await run.ports.deadLetters[lane].remove(done);
  if (left.length > 0) {
    run.tally.problem(
      `${left.length} dead letters of the lane ${lane} were replayed, but not deleted: ${reasonsOf(left)}`,
    );
  }
  return done.filter((letter) => !left.some((refused) => refused.letter === letter));
}

interface Answer {
  readonly kind: Kind;
  readonly data: ObjectEventData;
}

/** The event that answers a letter; undefined for one that is left. */
async function eventFor({ run, lane, present }: Search, letter: QueuedLetter): Promise<Answer | undefined> {
  const data = dataOf(letter);
  if (data === undefined) {
    run.tally.problem(`dead letter ${letter.id} of the lane ${lane} is no event: look at it and delete it`);
    return undefined;
  }
  const isOwn = data.cause === 'replay' && data.origin === run.id;
  if (isOwn || !isNamed(run, data)) return undefined;
  const kind = run.ports.kinds.find(({ resource }) => resource.group === data.group && resource.kind === data.kind);
  if (kind === undefined) {
    run.tally.problem(`dead letter ${letter.id} of the lane ${lane} is for the unknown kind ${data.kind}`);
    return undefined;
  }
  try {
    const found = await present(kind, data);
    if (found === 'not meant') return undefined;
    const asked = { id: run.id, force: run.force || asksForMore(data) };
    if (found !== undefined) return { kind, data: replayed(data.cluster, kind, found, asked) };
    return { kind, data: { ...data, cause: 'replay', origin: run.id, ...forced(asked) } };
  } catch (error) {
    if (reachOf(error, run.request) !== 'nothing')
      run.tally.problem(`dead letters for ${data.kind} of cluster ${data.cluster} stay: ${reasonOf(error)}`);
    return undefined;
  }
}

function dataOf({ body }: QueuedLetter): ObjectEventData | undefined {
  try {
    return parseEvent(body).data;
  } catch {
    // The lane's function has said what is wrong with it, in the letter's attributes.
    return undefined;
  }
}

function isNamed({ request }: Run, data: ObjectEventData): boolean {
  const named = ['cluster', 'kind', 'namespace', 'name'] as const;
  return named.every((field) => request[field] === undefined || request[field] === data[field]);
}

function reasonsOf(refused: readonly RefusedLetter[]): string {
  return [...new Set(refused.map(({ reason }) => reason))].join('; ');
}

function reasonOf(error: unknown): string {
  // The SDK's errors are plain Errors with a telling name.
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
}
