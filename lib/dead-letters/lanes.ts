import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { together } from '../engine/together.ts';
import { type Lane, lanes } from '../kinds/define.ts';

/** The two queues of a lane. */
export interface LaneQueues {
  readonly lane: Lane;
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
}

/** What a deployment calls the queue of a lane. */
export function queueNameOf(stack: string, lane: Lane): string {
  return `${stack}-${lane}.fifo`;
}

/** What a deployment calls the dead-letter queue of a lane. */
export function deadLetterQueueNameOf(stack: string, lane: Lane): string {
  return `${stack}-${lane}-dead.fifo`;
}

/**
 * Looks up the queues of a deployment by their names.
 * @throws what SQS says, such as `QueueDoesNotExist`, of the first that is not to be had.
 */
export function findLanes(client: SQSClient, stack: string): Promise<readonly LaneQueues[]> {
  const urlOf = async (name: string): Promise<string> => {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    if (QueueUrl === undefined) throw new Error(`SQS gave no URL of the queue ${name}`);
    return QueueUrl;
  };
  return together(
    lanes.map(async (lane) => {
      const [queueUrl, deadLetterUrl] = await together([
        urlOf(queueNameOf(stack, lane)),
        urlOf(deadLetterQueueNameOf(stack, lane)),
      ]);
      return { lane, queueUrl, deadLetterUrl };
    }),
  );
}
