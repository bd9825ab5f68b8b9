import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type LocalQueues, type QueueOptions, startQueues } from '../sqs.ts';

/** The key pair of the tests; it opens nothing. */
export const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-signing-key' };

/** The queue of the tests. */
export const definition = {
  name: 'work.fifo',
  visibilityTimeoutSeconds: 30,
  maxReceiveCount: 2,
  deadLetter: 'dead.fifo',
};

/** A running endpoint with that queue, and the calls tests make. */
export class Harness implements AsyncDisposable {
  readonly queues: LocalQueues;
  readonly client: SQSClient;
  readonly url: string;
  #sent = 0;

  constructor(queues: LocalQueues) {
    this.queues = queues;
    this.client = new SQSClient({ endpoint: queues.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    this.url = queues.urls[definition.name] ?? '';
  }

  async send(group: string, body: string, id = `id-${this.#sent++}`) {
    const QueueUrl = this.url;
    return this.client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: id }),
    );
  }

  async receive(options: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
    const input = { QueueUrl: this.url, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const] };
    return (await this.client.send(new ReceiveMessageCommand({ ...input, ...options }))).Messages ?? [];
  }

  async bodies(options: Parameters<Harness['receive']>[0] = {}): Promise<(string | undefined)[]> {
    return (await this.receive(options)).map(({ Body }) => Body);
  }

  async delete(message: Message | undefined) {
    return this.client.send(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: message?.ReceiptHandle }));
  }

  async [Symbol.asyncDispose]() {
    this.client.destroy();
    await this.queues.stop();
  }
}

export async function start(options: Partial<QueueOptions> = {}): Promise<Harness> {
  return new Harness(await startQueues({ queues: [definition], credentials, ...options }));
}

/** Changes the visibility of a message in flight. */
export async function changeVisibility(local: Harness, message: Message | undefined, VisibilityTimeout: number) {
  const input = { QueueUrl: local.url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout };
  return local.client.send(new ChangeMessageVisibilityCommand(input));
}

/** Waits for what other turns of the event loop bring. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
