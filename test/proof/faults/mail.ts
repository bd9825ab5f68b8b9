import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { settings } from '../../../infra/aws/settings.ts';
import { deadLetterQueueName, queueDefinitions, queueName } from '../../../infra/local/deployment.ts';
import { toRecord } from '../../../infra/local/lambda/records.ts';
import { type LocalQueues, startQueues } from '../../../infra/local/sqs.ts';
import { type ObjectEvent, type ObjectEventData, objectEvent, parseEvent } from '../../../lib/events/event.ts';
import { createEventSender, type EventSender } from '../../../lib/events/queues.ts';
import type { QueueRecord } from '../../../lib/events/record.ts';
import { createSqsClient } from '../../../lib/events/sqs-client.ts';
import { type Lane, lanes } from '../../../lib/kinds/define.ts';
import { laneOf } from '../../../lib/registry.ts';
import { awsKeys, type World } from '../../world.ts';

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
  const urlsOf = (nameOf: (lane: Lane) => string) =>
    Object.fromEntries(lanes.map((lane) => [lane, queues.urls[nameOf(lane)] ?? ''])) as Record<Lane, string>;
  const queueUrls = urlsOf(queueName);
  const deadLetterUrls = urlsOf(deadLetterQueueName);
  const sender: EventSender = createEventSender({ client, queueUrls, laneOf });
  let ahead = 0;
  let seen = world.now.getTime();

  /** The queues follow the world's clock, whoever moved it. */
  function follow(): void {
    const seconds = (world.now.getTime() - seen) / 1000;
    seen = world.now.getTime();
    ahead += seconds;
    if (seconds > 0) queues.advance(seconds);
  }

  function pass(seconds: number): void {
    world.now = new Date(world.now.getTime() + seconds * 1000);
    follow();
  }

  async function take(url: string, name: string): Promise<readonly QueueRecord[]> {
    if (!queues.messages(name).some(({ state }) => state === 'ready')) return [];
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: settings.batchSize,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map((message) => toRecord(message, queues.arns[name] ?? ''));
  }

  async function drop(url: string, records: readonly QueueRecord[]): Promise<void> {
    if (records.length === 0) return;
    const Entries = records.map(({ messageId, receiptHandle }) => ({ Id: messageId, ReceiptHandle: receiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  }

  async function empty(url: string, name: string): Promise<void> {
    for (let all = await take(url, name); all.length > 0; all = await take(url, name)) await drop(url, all);
  }

  return {
    queues,
    queueUrls,
    deadLetterUrls,
    pass,
    async send(events) {
      follow();
      const { problems } = await sender.send(events.map((data) => objectEvent(data, world.now)));
      if (problems.length > 0) throw new Error(`the forwarder could not send: ${problems[0]?.message}`);
    },
    async receive(lane) {
      const records = await take(queueUrls[lane], queueName(lane));
      return [...Map.groupBy(records, ({ attributes }) => attributes.MessageGroupId).values()];
    },
    remove: (lane, records) => drop(queueUrls[lane], records),
    isEmpty: () => lanes.every((lane) => queues.messages(queueName(lane)).length === 0),
    hasLetters: () => lanes.some((lane) => queues.messages(deadLetterQueueName(lane)).length > 0),
    passToNext() {
      const hidden = lanes.flatMap((lane) =>
        queues.messages(queueName(lane)).flatMap(({ visibleAt }) => visibleAt ?? []),
      );
      const milliseconds = Math.min(...hidden) - Date.now() - ahead * 1000;
      if (Number.isFinite(milliseconds)) pass(Math.max(1, Math.ceil(milliseconds / 1000)));
    },
    async takeLetters() {
      const letters = lanes.flatMap((lane) => queues.messages(deadLetterQueueName(lane)).map(letterOf));
      for (const lane of lanes) await empty(deadLetterUrls[lane], deadLetterQueueName(lane));
      return letters;
    },
    async clear() {
      // What somebody still has comes back first.
      if (lanes.some((lane) => queues.messages(queueName(lane)).length > 0)) pass(2 * 43_200);
      for (const lane of lanes) await empty(queueUrls[lane], queueName(lane));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function letterOf({ body, attributes }: ReturnType<LocalQueues['messages']>[number]): Letter {
  const event = parseEvent(body);
  const { kind, name } = event.data;
  return { about: `${kind} ${name}`, event, reason: attributes['reason']?.StringValue ?? 'unanswered' };
}
