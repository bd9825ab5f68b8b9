import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { vi } from 'vitest';
import { settings } from '../../infra/aws/settings.ts';
import { queueName } from '../../infra/local/deployment.ts';
import { acknowledged } from '../../infra/local/lambda/mapping.ts';
import { toRecord } from '../../infra/local/lambda/records.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { type Lane, lanes } from '../../lib/kinds/define.ts';

/** One execution environment of a lane's function. */
export interface Container {
  readonly lane: Lane;
  readonly handler: (event: unknown, context: Context) => Promise<SQSBatchResponse>;
  /** Until then it works on its last batch. Milliseconds since the epoch. */
  busyUntil: number;
}

// How long a poll that waits may take to see a message: those that come back close together are one batch.
const pollMs = 500;
const stuckMs = 20_000;
/** Where messages come from. */
export interface Look {
  readonly client: SQSClient;
  readonly queues: Stack['queues'];
}

/** A lane whose messages can be worked on, and from when. */
interface Next {
  readonly container: Container;
  readonly at: number;
}

/** Works off the queues until they are empty and `end` holds, or until `latest`; see `VirtualStack`. */
export async function run(
  containers: readonly Container[],
  look: Look,
  end: () => Promise<boolean>,
  latest: number,
): Promise<void> {
  let now = Date.now();
  let idleSince: number | undefined;
  for (;;) {
    const next = nextOf(containers, look.queues, now);
    if (next === undefined && latest === Number.POSITIVE_INFINITY) {
      vi.setSystemTime(now);
      if (await end()) return;
      idleSince ??= performance.now();
      if (performance.now() - idleSince > stuckMs) throw new Error('nothing is left to do, and it has not ended');
      // What the forwarder has seen is on its way.
      await delay(10);
      continue;
    }
    if (next === undefined || next.at >= latest) {
      vi.setSystemTime(latest);
      return;
    }
    idleSince = undefined;
    now = next.at;
    vi.setSystemTime(now);
    await handle(look, next.container);
    next.container.busyUntil = Date.now();
  }
}

function nextOf(containers: readonly Container[], queues: Stack['queues'], now: number): Next | undefined {
  const found = lanes.flatMap((lane): readonly Next[] => {
    const waiting = queues.messages(queueName(lane));
    if (waiting.length === 0) return [];
    const container = containers
      .filter((one) => one.lane === lane)
      .reduce((one, other) => (other.busyUntil < one.busyUntil ? other : one));
    const visible = waiting.reduce(
      (least, { visibleAt = now }) => Math.min(least, visibleAt),
      Number.POSITIVE_INFINITY,
    );
    const polled = visible > now ? Math.ceil(visible / pollMs) * pollMs : now;
    return [{ container, at: Math.max(now, polled, container.busyUntil) }];
  });
  return found.length === 0 ? undefined : found.reduce((one, other) => (other.at < one.at ? other : one));
}

async function receive({ client, queues }: Look, lane: Lane): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queues.urls[queueName(lane)],
    MaxNumberOfMessages: settings.batchSize,
    WaitTimeSeconds: 0,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  return (await client.send(command)).Messages ?? [];
}

async function handle(look: Look, { lane, handler }: Container): Promise<void> {
  const { client, queues } = look;
  const messages = await receive(look, lane);
  if (messages.length === 0) return;
  const QueueUrl = queues.urls[queueName(lane)];
  const Records = messages.map((message) => toRecord(message, queues.arns[queueName(lane)] ?? ''));
  const deadline = Date.now() + settings.functionTimeoutSeconds * 1000;
  const context = { awsRequestId: 'virtual', getRemainingTimeInMillis: () => deadline - Date.now() } as Context;
  const payload = await handler({ Records }, context);
  const done = acknowledged({ payload, logTail: '' }, messages, { reportBatchItemFailures: true });
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}
