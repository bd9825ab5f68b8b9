import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { isRecord } from '../engine/objects.ts';

/** Seconds that a received dead letter stays with its receiver; a receiver that dies gives it back by then. */
export const heldSeconds = 300;

const batchSize = 10;

/** Up to ten messages, hidden from others for so long; none where there are none to be had. */
export async function receive(
  client: SQSClient,
  url: string,
  options: { readonly waitSeconds: number; readonly hiddenSeconds?: number },
): Promise<readonly Message[]> {
  const { waitSeconds, hiddenSeconds = heldSeconds } = options;
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: batchSize,
    VisibilityTimeout: hiddenSeconds,
    WaitTimeSeconds: waitSeconds,
    MessageAttributeNames: ['All'],
  });
  const { Messages = [] } = await client.send(command);
  return Messages;
}

/** Deletes messages by their receipt handles; gives SQS's words for each handle that it would not delete. */
export async function remove(
  client: SQSClient,
  url: string,
  handles: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return inBatches(handles, async (Entries) => {
    const answer = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
    return answer.Failed ?? [];
  });
}

/** Makes messages visible to others at once; gives SQS's words for each handle for which it did not. Never throws. */
export async function release(
  client: SQSClient,
  url: string,
  handles: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return inBatches(handles, async (batch) => {
    const Entries = batch.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
    const answer = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
    return answer.Failed ?? [];
  });
}

/** How many messages a queue has: those to be had, and those that somebody has received. SQS calls both approximate. */
export async function countOf(client: SQSClient, url: string): Promise<{ readonly ready: number; held: number }> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] }),
  );
  const [ready, held] = AttributeNames.map((name) => Number(Attributes?.[name] ?? 0));
  return { ready: ready ?? 0, held: held ?? 0 };
}

/** How often a message of this queue is received before SQS moves it; undefined where SQS does not tell. */
export async function maxReceivesOf(client: SQSClient, url: string): Promise<number | undefined> {
  try {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }),
    );
    const policy: unknown = JSON.parse(Attributes?.RedrivePolicy ?? '{}');
    const count = isRecord(policy) ? Number(policy['maxReceiveCount']) : Number.NaN;
    return Number.isInteger(count) ? count : undefined;
  } catch {
    // It is one word of a text: no reason to fail.
    return undefined;
  }
}

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
}

interface Refusal {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
}

async function inBatches(
  handles: readonly string[],
  call: (entries: Entry[]) => Promise<readonly Refusal[]>,
): Promise<ReadonlyMap<string, string>> {
  const refused = new Map<string, string>();
  for (let start = 0; start < handles.length; start += batchSize) {
    const batch = handles.slice(start, start + batchSize);
    const entries = batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    try {
      for (const { Id, Code, Message: text } of await call(entries)) {
        refused.set(batch[Number(Id)] ?? '', text ?? Code ?? 'refused without a reason');
      }
    } catch (error) {
      for (const handle of batch) refused.set(handle, error instanceof Error ? error.message : String(error));
    }
  }
  return refused;
}
