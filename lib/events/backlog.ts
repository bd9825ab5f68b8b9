import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Retry } from '../engine/errors.ts';
import type { Lane } from '../kinds/define.ts';

/**
 * Tells how many messages wait in a lane's queue. SQS counts approximately, and not those that are being worked on or
 * wait for their next try.
 * @throws {Retry} from what it returns, where SQS does not tell.
 */
export function createBacklog(
  client: SQSClient,
  queueUrls: Readonly<Record<Lane, string>>,
): (lane: Lane) => Promise<number> {
  return async (lane) => {
    const attribute = 'ApproximateNumberOfMessages';
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrls[lane], AttributeNames: [attribute] });
    try {
      const { Attributes = {} } = await client.send(command);
      return Number(Attributes[attribute] ?? 0);
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown error';
      throw new Retry(`SQS did not tell how long the queue of the lane ${lane} is (${name})`, { cause: error });
    }
  };
}
