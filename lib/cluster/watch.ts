import { ClusterError } from '../engine/errors.ts';
import { display, type KubernetesObject, keyOf } from '../engine/objects.ts';
import { isExpired, isNotServed, isUnintelligible } from './failures.ts';
import { listPages, type Selection } from './list.ts';
import { type BackoffOptions, backoffMs, type Pause, pause } from './pause.ts';
import type { Call, Transport } from './transport.ts';
import { openWatch, WatchError, type WatchEvent } from './watch-stream.ts';

/** Names one object that was there. */
export interface Identity {
  readonly namespace?: string;
  readonly name: string;
  /** Empty where nothing but the name is known: whatever has the name is it. */
  readonly uid: string;
}

/** How an object came into view: by the first list after the start, by a later list, or by the watch. */
export type Sight = 'first-list' | 'relist' | 'watch';

/** Why a watch began anew. */
export type Restart =
  | 'ended' // the API server closed it, as it does after its timeout
  | 'expired' // 410: too old to go on, so everything is listed again
  | 'cut' // the connection broke, or there was no answer
  | 'refused' // an error answer
  | 'not-served'; // the CRD is not installed

/** Whoever keeps what a watch sees. Methods are synchronous and must not throw. */
export interface WatchHandler {
  /** The objects that are remembered for this watch: what a list does not hold any more is told as gone. */
  known(): Iterable<Identity>;
  /** The object as it is now; may be told twice in the same state. */
  seen(object: KubernetesObject, sight: Sight): void;
  /** The object is no more; `resourceVersion` is that of its deletion, where the watch saw it. */
  gone(identity: Identity, resourceVersion?: string): void;
  /** A list has ended, well or not; the first call says that what could be read at the start was read. */
  listed(outcome: 'complete' | 'not-served' | 'failed'): void;
  restarted(reason: Restart, error?: unknown): void;
  /** A list held so many items that are no objects. */
  unreadable?(count: number): void;
}

export interface WatchTiming {
  readonly backoff: BackoffOptions;
  /** How long to wait before asking again for a resource whose CRD is not installed. */
  readonly notServedMs: number;
  /** What the API server is asked to end a watch after. */
  readonly watchSeconds: number;
  /** A watch on which nothing is heard for so long (bookmarks come about each minute) is given up. */
  readonly silenceMs: number;
}

export const defaultTiming: WatchTiming = {
  backoff: { firstMs: 500, largestMs: 30_000 },
  notServedMs: 60_000,
  watchSeconds: 300,
  silenceMs: 180_000,
};

/** Lists and watches one selection until the signal aborts; resolves then, and never rejects. */
export type WatchObjects = (selection: Selection, handler: WatchHandler, signal: AbortSignal) => Promise<void>;

// Whatever an API server asks for: changes that nobody hears of meanwhile are worse than one call too many.
const longestPauseMs = 300_000;

/**
 * Makes the list-and-watch loop over one cluster. It holds no objects: a page while it is handed over, and one version.
 * After a break it goes on from the last version seen; when that is too old it lists again and tells what vanished.
 */
export function createWatch(
  transport: Transport,
  { timing = defaultTiming, wait = pause }: { readonly timing?: WatchTiming; readonly wait?: Pause } = {},
): WatchObjects {
  return async (selection, handler, signal) => {
    let version: string | undefined;
    let sight: Sight = 'first-list';
    let failures = 0;
    while (!signal.aborted) {
      let reason: Restart = 'ended';
      let failure: unknown;
      try {
        if (version === undefined) {
          version = await listAll(transport, selection, handler, sight, signal);
          sight = 'relist';
          handler.listed('complete');
        }
        for await (const event of openWatch(transport, selection, version, timing, signal)) {
          failures = 0;
          version = event.version;
          tell(handler, event);
        }
      } catch (error) {
        if (signal.aborted) return;
        failure = error;
        reason = reasonOf(error);
        if (version === undefined) handler.listed(reason === 'not-served' ? 'not-served' : 'failed');
        if (reason === 'not-served' || isDeadEnd(error)) version = undefined;
      }
      if (signal.aborted) return;
      handler.restarted(reason, failure);
      await wait(delayAfter(reason, failures, failure, timing), signal);
      failures += 1;
    }
  };
}

async function listAll(
  transport: Transport,
  selection: Selection,
  handler: WatchHandler,
  sight: Sight,
  signal: AbortSignal,
): Promise<string> {
  const present = new Map<string, string>();
  let version = '';
  let unreadable = 0;
  const send = (call: Call) => transport.send({ ...call, signal });
  for await (const page of listPages(send, transport.cluster, selection, () => new Date())) {
    for (const object of page.objects) {
      present.set(display(object.metadata), object.metadata.uid);
      handler.seen(object, sight);
    }
    version = page.resourceVersion;
    unreadable += page.unreadable;
  }
  if (unreadable > 0) {
    handler.unreadable?.(unreadable);
    // What is not in sight may be among those.
    return version;
  }
  const vanished = [...handler.known()].filter((identity) => {
    const uid = present.get(display(identity));
    return uid === undefined || (identity.uid !== '' && identity.uid !== uid);
  });
  for (const identity of vanished) handler.gone(identity);
  return version;
}

function tell(handler: WatchHandler, event: WatchEvent): void {
  if (event.is === 'bookmark') return;
  const { object } = event;
  if (event.is === 'present') handler.seen(object, 'watch');
  else handler.gone({ ...keyOf(object), uid: object.metadata.uid }, object.metadata.resourceVersion);
}

/** From the same version on the same would come again. */
function isDeadEnd(error: unknown): boolean {
  const isRefused = error instanceof ClusterError && error.status === 400;
  return error instanceof WatchError || isExpired(error) || isUnintelligible(error) || isRefused;
}

function reasonOf(error: unknown): Restart {
  if (isExpired(error)) return 'expired';
  if (isNotServed(error)) return 'not-served';
  return error instanceof ClusterError && error.status === undefined ? 'cut' : 'refused';
}

function delayAfter(reason: Restart, failures: number, error: unknown, timing: WatchTiming): number {
  if (reason === 'not-served') return timing.notServedMs;
  const asked = error instanceof ClusterError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.max(Math.min(asked, longestPauseMs), backoffMs(failures, timing.backoff));
}
