import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A message that was given up, as it lies in its queue. */
export interface DeadLetter {
  readonly id: string;
  /** The message as it was sent to the lane. */
  readonly body: string;
  readonly receiptHandle: string;
}

/** A dead-letter queue, for whoever looks through it. Every method throws what the SDK throws. */
export interface DeadLetterQueue {
  /** Up to ten that nobody has; nobody else gets them for so many seconds. Empty only where there is none. */
  receive(hiddenSeconds: number): Promise<readonly DeadLetter[]>;
  /** Deletes. @returns those that are still there. */
  remove(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]>;
  /** Gives them back, so that anybody sees them again at once. */
  release(letters: readonly DeadLetter[]): Promise<void>;
}

const batchSize = 10;
// Without waiting SQS asks some of its servers only, and says that there is nothing where there is.
const waitSeconds = 1;

export function createDeadLetterQueue(client: SQSClient, queueUrl: string): DeadLetterQueue {
  return {
    async receive(hiddenSeconds) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: batchSize,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: hiddenSeconds,
        }),
      );
      return Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '' }) => ({
        id: MessageId,
        body: Body,
        receiptHandle: ReceiptHandle,
      }));
    },
    async remove(letters) {
      const left: DeadLetter[] = [];
      for (const part of portions(letters)) {
        const Entries = part.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
        const answer = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        const gone = new Set(answer.Successful?.map(({ Id }) => Id));
        left.push(...part.filter((_, index) => !gone.has(String(index))));
      }
      return left;
    },
    async release(letters) {
      for (const part of portions(letters)) {
        const Entries = part.map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        }));
        // One whose time has run out already is where it belongs, so what is refused does not matter.
        await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
      }
    },
  };
}

function portions(letters: readonly DeadLetter[]): readonly (readonly DeadLetter[])[] {
  const count = Math.ceil(letters.length / batchSize);
  return Array.from({ length: count }, (_, index) => letters.slice(index * batchSize, (index + 1) * batchSize));
}
