import type { SQSClient } from '@aws-sdk/client-sqs';
import { receive, release, remove } from './receipts.ts';

/** A message that was given up, as it lies in its queue. */
export interface QueuedLetter {
  readonly id: string;
  /** The message as it was sent to the lane. */
  readonly body: string;
  readonly receiptHandle: string;
}

/** A letter that SQS did not do with as it was asked to, and why, in SQS's words. */
export interface RefusedLetter {
  readonly letter: QueuedLetter;
  readonly reason: string;
}

/** A dead-letter queue, for whoever works it off. */
export interface DeadLetterQueue {
  /**
   * Up to ten that nobody has; nobody else gets them for so many seconds. Empty only where there is none.
   * @throws what the SDK throws.
   */
  receive(hiddenSeconds: number): Promise<readonly QueuedLetter[]>;
  /** Deletes. @returns those that are still there. */
  remove(letters: readonly QueuedLetter[]): Promise<readonly RefusedLetter[]>;
  /** Gives them back, so that anybody sees them again at once. @returns those that SQS did not give back. */
  release(letters: readonly QueuedLetter[]): Promise<readonly RefusedLetter[]>;
}

// Without waiting SQS asks some of its servers only, and says that there is nothing where there is.
const waitSeconds = 1;

export function createDeadLetterQueue(client: SQSClient, url: string): DeadLetterQueue {
  const refusedOf = async (
    letters: readonly QueuedLetter[],
    work: typeof remove | typeof release,
  ): Promise<readonly RefusedLetter[]> => {
    const handles = letters.map(({ receiptHandle }) => receiptHandle);
    const refused = await work(client, url, handles);
    return letters.flatMap((letter) => {
      const reason = refused.get(letter.receiptHandle);
      return reason === undefined ? [] : [{ letter, reason }];
    });
  };
  return {
    async receive(hiddenSeconds) {
      const messages = await receive(client, url, { waitSeconds, hiddenSeconds });
      return messages.map(({ MessageId = '', Body = '', ReceiptHandle = '' }) => ({
        id: MessageId,
        body: Body,
        receiptHandle: ReceiptHandle,
      }));
    },
    remove: (letters) => refusedOf(letters, remove),
    release: (letters) => refusedOf(letters, release),
  };
}
