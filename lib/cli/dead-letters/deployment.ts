import { deadLetterQueueNameOf, findLanes, type LaneQueues } from '../../dead-letters/lanes.ts';
import type { SweepOptions } from '../../dead-letters/sweep.ts';
import { createSqsClient } from '../../events/sqs-client.ts';
import type { Context, DeploymentOptions } from '../command.ts';
import { Problem } from '../problem.ts';

export interface Opened extends Pick<SweepOptions, 'client' | 'signal' | 'tell'> {
  readonly lanes: readonly LaneQueues[];
}

/** Gives work the queues of the deployment that the options name. */
export async function withQueues<Result>(
  { output, signal }: Context,
  { stack, region }: DeploymentOptions,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const client = createSqsClient(region === undefined ? {} : { region });
  try {
    const lanes = await findLanes(client, stack).catch((error: unknown) => {
      throw isMissing(error) ? missing(stack) : error;
    });
    return await work({ client, lanes, signal, tell: output.tell });
  } finally {
    client.destroy();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name);
}

function missing(stack: string): Problem {
  const example = deadLetterQueueNameOf(stack, 'entity');
  return new Problem(
    `the deployment "${stack}" has no queues here, such as ${example}: give another --stack, --region or AWS_PROFILE`,
  );
}
