import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { settings } from '../../../infra/aws/settings.ts';
import { deadLetterQueueName, queueDefinitions, queueName } from '../../../infra/local/deployment.ts';
import { toRecord } from '../../../infra/local/lambda/records.ts';
import { type LocalQueues, startQueues } from '../../../infra/local/sqs.ts';
import { type ObjectEvent, type ObjectEventData, objectEvent, parseEvent } from '../../../lib/events/event.ts';
import { createEventSender } from '../../../lib/events/queues.ts';
import type { QueueRecord } from '../../../lib/events/record.ts';
import { createSqsClient } from '../../../lib/events/sqs-client.ts';
import { type Lane, lanes } from '../../../lib/kinds/define.ts';
import { laneOf } from '../../../lib/registry.ts';
import { awsKeys } from '../../world/functions.ts';
import type { World } from '../../world.ts';

/** SQS hides no message for longer. */
const longestHiddenSeconds = 43_200;

/** What is left of an event that was given up. */
export interface Letter {
  /** The object, as `<kind> <name>`. */
  readonly about: string;
  readonly event: ObjectEvent;
  /** Why; `unanswered` where SQS moved it by itself. */
  readonly reason: string;
}

/** The queues of a world: what forwarders and Lambda's pollers do with them. Their time is the world's. */
export interface Mail extends AsyncDisposable {
  readonly queues: LocalQueues;
  readonly queueUrls: Readonly<Record<Lane, string>>;
  readonly deadLetterUrls: Readonly<Record<Lane, string>>;
  send(events: readonly ObjectEventData[]): Promise<void>;
  /** One batch of a lane, by message group; nothing where all that there is waits. */
  receive(lane: Lane): Promise<readonly (readonly QueueRecord[])[]>;
  remove(lane: Lane, records: readonly QueueRecord[]): Promise<void>;
  isEmpty(): boolean;
  /** Something was given up. */
  hasLetters(): boolean;
  /** Lets the time pass until the next message that is hidden is to be seen again. */
  passToNext(): void;
  pass(seconds: number): void;
  /** Takes all dead letters out of their queues. */
  takeLetters(): Promise<readonly Letter[]>;
  /** All messages are forgotten. */
  clear(): Promise<void>;
}

export async function openMail(world: World): Promise<Mail> {
  const running = new AsyncDisposableStack();
  const definitions = queueDefinitions(settings.queue.visibilityTimeoutSeconds);
  const queues = running.use(await startQueues({ queues: definitions, credentials: awsKeys }));
  const client = createSqsClient({ region: 'us-east-1', endpoint: queues.endpoint, credentials: awsKeys });
  running.defer(() => client.destroy());
  const queueUrls = urlsOf(queues, queueName);
  const sender = createEventSender({ client, queueUrls, laneOf });
  const time = timeOf(world, queues);
  const { take, drop, empty } = pollerOf(client, queues);
  const held = (nameOf: (lane: Lane) => string) => lanes.flatMap((lane) => queues.messages(nameOf(lane)));
  return {
    queues,
    queueUrls,
    deadLetterUrls: urlsOf(queues, deadLetterQueueName),
    pass: time.pass,
    async send(events) {
      time.follow();
      const { problems } = await sender.send(events.map((data) => objectEvent(data, world.now)));
      if (problems.length > 0) throw new Error(`the forwarder could not send: ${problems[0]?.message}`);
    },
    async receive(lane) {
      const records = await take(queueName(lane));
      return [...Map.groupBy(records, ({ attributes }) => attributes.MessageGroupId).values()];
    },
    remove: (lane, records) => drop(queueName(lane), records),
    isEmpty: () => held(queueName).length === 0,
    hasLetters: () => held(deadLetterQueueName).length > 0,
    passToNext() {
      const next = Math.min(...held(queueName).flatMap(({ visibleAt }) => visibleAt ?? []));
      if (Number.isFinite(next)) time.pass(Math.max(1, Math.ceil(time.secondsUntil(next))));
    },
    async takeLetters() {
      const letters = held(deadLetterQueueName).map(letterOf);
      for (const lane of lanes) await empty(deadLetterQueueName(lane));
      return letters;
    },
    async clear() {
      // What somebody still has comes back first.
      if (held(queueName).length > 0) time.pass(longestHiddenSeconds);
      for (const lane of lanes) await empty(queueName(lane));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function urlsOf({ urls }: LocalQueues, nameOf: (lane: Lane) => string): Readonly<Record<Lane, string>> {
  return Object.fromEntries(lanes.map((lane) => [lane, urls[nameOf(lane)] ?? ''])) as Record<Lane, string>;
}

/** The queues follow the world's clock, whoever moved it. */
function timeOf(world: World, queues: LocalQueues) {
  let ahead = 0;
  let seen = world.now.getTime();
  const follow = (): void => {
    const seconds = (world.now.getTime() - seen) / 1000;
    seen = world.now.getTime();
    ahead += seconds;
    if (seconds > 0) queues.advance(seconds);
  };
  return {
    follow,
    pass(seconds: number): void {
      world.now = new Date(world.now.getTime() + seconds * 1000);
      follow();
    },
    secondsUntil: (moment: number): number => (moment - Date.now()) / 1000 - ahead,
  };
}

/** What receives and deletes, as Lambda does. */
function pollerOf(client: SQSClient, { urls, arns, messages }: LocalQueues) {
  async function take(name: string): Promise<readonly QueueRecord[]> {
    if (!messages(name).some(({ state }) => state === 'ready')) return [];
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: urls[name],
        MaxNumberOfMessages: settings.batchSize,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map((message) => toRecord(message, arns[name] ?? ''));
  }

  async function drop(name: string, records: readonly QueueRecord[]): Promise<void> {
    if (records.length === 0) return;
    const Entries = records.map(({ messageId, receiptHandle }) => ({ Id: messageId, ReceiptHandle: receiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: urls[name], Entries }));
  }

  async function empty(name: string): Promise<void> {
    for (let all = await take(name); all.length > 0; all = await take(name)) await drop(name, all);
  }

  return { take, drop, empty };
}

function letterOf({ body, attributes }: ReturnType<LocalQueues['messages']>[number]): Letter {
  const event = parseEvent(body);
  const { kind, name } = event.data;
  return { about: `${kind} ${name}`, event, reason: attributes['reason']?.StringValue ?? 'unanswered' };
}
