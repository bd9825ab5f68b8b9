import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { countOf } from '../dead-letters/receipts.ts';
import { together } from '../engine/together.ts';
import { lanes } from '../kinds/define.ts';
import { type Finding, some } from './finding.ts';

/** Words for an error of AWS or of a cluster, without secrets. */
export type Explain = (error: unknown) => string;

/** Every queue of a deployment by its name; that of drift checks is named like those of the lanes. */
export function queuesOf(stack: string): readonly { readonly name: string; readonly isDead: boolean }[] {
  return [...lanes, 'drift'].flatMap((of) => [
    { name: `${stack}-${of}.fifo`, isDead: false },
    { name: `${stack}-${of}-dead.fifo`, isDead: true },
  ]);
}

/** Whether each queue is there and can be looked at, and whether a dead letter waits. */
export async function checkQueues(client: SQSClient, stack: string, explain: Explain): Promise<readonly Finding[]> {
  const queues = queuesOf(stack);
  const looks = await together(
    queues.map(async (queue) => ({ ...queue, ...(await look(client, queue.name, explain)) })),
  );
  const fine = looks.filter(({ problem }) => problem === undefined);
  const missing = looks.filter(({ problem }) => problem === 'missing');
  const failed = looks.filter(({ problem }) => problem !== undefined && problem !== 'missing');
  const live = fine.filter(({ isDead }) => !isDead);
  const waiting = live.reduce((sum, { ready }) => sum + ready, 0);
  const held = live.reduce((sum, one) => sum + one.held, 0);
  const events = `${waiting} events wait, ${held} are being worked on or wait for their next try`;
  return [
    ...(fine.length === 0 ? [] : [good(`${fine.length} of ${queues.length} are there; ${events}`)]),
    ...(missing.length === 0
      ? []
      : [
          absent(
            missing.map(({ name }) => name),
            stack,
          ),
        ]),
    ...byProblem(failed),
    ...fine.filter(({ isDead, ready }) => isDead && ready > 0).map((one) => dead(one, stack)),
  ];
}

interface Look {
  /** Messages to be had. */
  readonly ready: number;
  /** Messages that nobody else gets meanwhile: those being worked on, and those that wait for their next try. */
  readonly held: number;
  readonly problem?: string;
}

async function look(client: SQSClient, QueueName: string, explain: Explain): Promise<Look> {
  try {
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName }));
    return await countOf(client, QueueUrl);
  } catch (error) {
    const isMissing = error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name);
    return { ready: 0, held: 0, problem: isMissing ? 'missing' : explain(error) };
  }
}

function good(message: string): Finding {
  return { check: 'queues', state: 'fine', message };
}

function absent(names: readonly string[], stack: string): Finding {
  const fix = `deploy the stack ${stack}, or give another --stack, --region or AWS_PROFILE`;
  return { check: 'queues', state: 'wrong', message: `not there: ${some(names)}`, fix };
}

/** What is wrong with all of them is told once. */
function byProblem(failed: readonly { readonly name: string; readonly problem?: string }[]): readonly Finding[] {
  return [...Map.groupBy(failed, ({ problem = '' }) => problem)].map(([problem, same]) => ({
    check: 'queues',
    state: 'wrong',
    message: `${some(same.map(({ name }) => name))}: ${problem}`,
    fix: 'allow sqs:GetQueueUrl and sqs:GetQueueAttributes on them',
  }));
}

function dead({ name, ready }: { readonly name: string; readonly ready: number }, stack: string): Finding {
  const isDrift = name === `${stack}-drift-dead.fifo`;
  const fix = isDrift
    ? 'see the section on dead letters in docs/operations.md'
    : `npx konnect-reconciler dead-letters list --stack ${stack}`;
  return { check: 'queues', state: 'unsure', message: `${ready} dead letters in ${name}`, fix };
}
