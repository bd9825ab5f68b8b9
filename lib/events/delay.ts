import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import type { QueueRecord } from './record.ts';
import type { Sqs } from './sqs-client.ts';

/** Makes what hides a message of a queue for so many seconds from now. */
export function createDelay(
  client: Sqs,
  queueUrl: string,
): (record: Pick<QueueRecord, 'receiptHandle'>, seconds: number) => Promise<void> {
  return async ({ receiptHandle }, seconds) => {
    const input = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    await client.send(new ChangeMessageVisibilityCommand(input));
  };
}
