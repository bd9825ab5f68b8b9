import type { SQSClient } from '@aws-sdk/client-sqs';
import type { LaneQueues } from './lanes.ts';
import { type Held, heldOf, isUnanswered } from './letter.ts';
import { countOf, heldSeconds, maxReceivesOf, receive, release } from './receipts.ts';

export interface SweepOptions {
  readonly client: SQSClient;
  readonly signal?: AbortSignal;
  /** Tells what the caller need not act on, in a sentence. */
  readonly tell?: (text: string) => void;
  /** How long SQS may look for messages before it says that there are none: with 0 it asks only some of its servers. */
  readonly waitSeconds?: number;
  /** Dead letters of one lane that are looked at in one go: they are all held until the end. Default 10,000. */
  readonly most?: number;
  /** True: the rest need not be looked at. */
  readonly enough?: () => boolean;
}

/**
 * Looks at every dead letter of a lane once. A FIFO queue gives no more messages of an object as long as somebody holds
 * one, so those behind the first ten of an object are not seen before these are gone.
 * @param work gets up to ten at a time and returns the ids of those that it has deleted; the others become visible again
 * in the end, also when it throws.
 * @returns about how many dead letters were not seen: behind others of their object, with another receiver, or too many
 */
export async function sweep(
  { deadLetterUrl, queueUrl, lane }: LaneQueues,
  work: (held: readonly Held[]) => Promise<readonly string[]>,
  { client, signal, tell, waitSeconds = 1, most = 10_000, enough = () => false }: SweepOptions,
): Promise<number> {
  const seen = new Set<string>();
  const held = new Map<string, string>();
  let received = 0;
  let movedAfter: number | undefined;
  try {
    while (received < most && !enough()) {
      signal?.throwIfAborted();
      // Not cut off: what SQS has given by then would be hidden, and nobody could give it back.
      const messages = await receive(client, deadLetterUrl, { waitSeconds });
      received += messages.length;
      // What comes a second time was held for too long by us: it is known already, and has another handle now.
      for (const { MessageId = '', ReceiptHandle = '' } of messages) held.set(MessageId, ReceiptHandle);
      signal?.throwIfAborted();
      if (messages.length === 0) break;
      if (messages.some(isUnanswered)) movedAfter ??= await maxReceivesOf(client, queueUrl);
      const fresh = messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
      for (const { MessageId = '' } of fresh) seen.add(MessageId);
      for (const id of await work(fresh.map((message) => heldOf(message, lane, movedAfter)))) held.delete(id);
    }
    return await unseenBeside(client, deadLetterUrl, held.size);
  } finally {
    const kept = await release(client, deadLetterUrl, [...held.values()]);
    if (kept.size > 0) {
      tell?.(
        `${kept.size} dead letters of ${lane} stay hidden for up to ${heldSeconds / 60} minutes: they were not given back`,
      );
    }
  }
}

async function unseenBeside(client: SQSClient, url: string, ours: number): Promise<number> {
  const { ready, held } = await countOf(client, url);
  return ready + Math.max(0, held - ours);
}
