import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Account, EventSource, FunctionDefinition } from './definition.ts';
import type { InvocationResult } from './function.ts';
import { toRecord } from './records.ts';

const LONG_POLL_SECONDS = 20;
const DEFAULT_CONCURRENCY = 5; // the pollers that Lambda begins with
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

export interface EventSourceMapping {
  readonly polls: number;
  /** Batches under way: received, and not yet deleted or given up. */
  readonly batches: number;
  /** Ends the polls at once and waits for the batches under way. */
  stop(): Promise<void>;
}

interface MappingOptions {
  readonly definition: FunctionDefinition;
  readonly source: EventSource;
  readonly account: Account;
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
  /** Gets what goes wrong between the queue and the function. */
  readonly onProblem: (text: string) => void;
}

/**
 * Polls a FIFO queue and invokes a function with its messages, as Lambda's event source mapping does: up to
 * `maximumConcurrency` batches at a time, no two with the same message group, and only what the function answered for
 * is deleted. Throws when the queue's visibility timeout is shorter than the function's timeout.
 */
export async function startMapping(options: MappingOptions): Promise<EventSourceMapping> {
  const { source, account, definition } = options;
  const { endpoint } = source;
  // Lambda polls in the name of the function's role.
  const credentials = definition.credentials ?? account.credentials;
  const client = new SQSClient({ endpoint, region: account.region, credentials });
  const queueArn = await checkQueue(client, options);
  const stopped = new AbortController();
  const poller: Poller = {
    ...options,
    client,
    queueArn,
    batches: new Set(),
    invocations: new Set(),
    signal: stopped.signal,
    polls: 0,
  };
  const polling = pollUntilStopped(poller);
  return {
    get polls() {
      return poller.polls;
    },
    get batches() {
      return poller.batches.size;
    },
    stop: async () => {
      stopped.abort();
      await polling;
      await Promise.all(poller.batches);
      client.destroy();
    },
  };
}

interface Poller extends MappingOptions {
  readonly client: SQSClient;
  readonly queueArn: string;
  /** Received, and not yet deleted or given up. */
  readonly batches: Set<Promise<unknown>>;
  /** Those of them whose function runs: the next batch need not wait until their messages are deleted. */
  readonly invocations: Set<Promise<unknown>>;
  readonly signal: AbortSignal;
  polls: number;
}

async function pollUntilStopped(poller: Poller): Promise<void> {
  const { source, batches, invocations, signal } = poller;
  const concurrency = poller.definition.maximumConcurrency ?? DEFAULT_CONCURRENCY;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    if (invocations.size >= concurrency) {
      await Promise.race(invocations);
      continue;
    }
    poller.polls += 1;
    try {
      const messages = await receive(poller);
      if (messages.length > 0) track(batches, handleBatch(poller, messages));
      pauseMs = FIRST_PAUSE_MS;
    } catch (error) {
      if (signal.aborted) return;
      poller.onProblem(`Polling ${source.queueUrl} failed: ${error}`);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
}

/**
 * The messages a function's answer lets us delete: all without a failure, those not listed with a partial failure, none
 * when the function failed or its answer can not be read.
 */
export function acknowledged(
  result: InvocationResult,
  messages: readonly Message[],
  { reportBatchItemFailures }: Pick<EventSource, 'reportBatchItemFailures'>,
): readonly Message[] {
  if (result.functionError) return [];
  if (!reportBatchItemFailures) return messages;
  const failed = failedIds(result.payload);
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  if (!failed?.every((id) => known.has(id))) return [];
  return messages.filter(({ MessageId }) => MessageId !== undefined && !failed.includes(MessageId));
}

/** The ids in a batch response, none when it is empty, `undefined` when it is malformed. */
function failedIds(payload: unknown): readonly string[] | undefined {
  if (payload === null || payload === undefined) return [];
  if (typeof payload !== 'object' || Array.isArray(payload)) return undefined;
  const failures = 'batchItemFailures' in payload ? payload.batchItemFailures : undefined;
  if (failures === null || failures === undefined) return [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map(itemIdentifier).filter((id) => id !== undefined);
  return ids.length === failures.length ? ids : undefined;
}

function itemIdentifier(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null || !('itemIdentifier' in failure)) return undefined;
  const id = failure.itemIdentifier;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

async function checkQueue(client: SQSClient, { definition, source }: MappingOptions): Promise<string> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: source.queueUrl, AttributeNames: ['QueueArn', 'VisibilityTimeout'] }),
  );
  const visibility = Number(Attributes['VisibilityTimeout']);
  if (visibility < definition.timeoutSeconds) {
    throw new RangeError(
      `Function "${definition.name}": the queue's visibility timeout of ${visibility} seconds is less than the ` +
        `function's timeout of ${definition.timeoutSeconds} seconds; Lambda refuses such a mapping`,
    );
  }
  return Attributes['QueueArn'] ?? '';
}

async function receive({ client, source, signal }: Poller): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: source.queueUrl,
    MaxNumberOfMessages: source.batchSize,
    WaitTimeSeconds: LONG_POLL_SECONDS,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  return (await client.send(command, { abortSignal: signal })).Messages ?? [];
}

async function handleBatch(poller: Poller, messages: readonly Message[]): Promise<void> {
  const { client, queueArn, source, invoke, invocations, onProblem } = poller;
  try {
    const invocation = invoke({ Records: messages.map((message) => toRecord(message, queueArn)) });
    track(invocations, Promise.allSettled([invocation]));
    const result = await invocation;
    const done = acknowledged(result, messages, source);
    if (done.length === 0) return;
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: source.queueUrl, Entries }));
    for (const { Id, Message: text } of Failed) onProblem(`Message ${done[Number(Id)]?.MessageId} stays: ${text}`);
  } catch (error) {
    // The messages become visible again after their timeout: at least once, never less.
    onProblem(`A batch of ${source.queueUrl} was not acknowledged: ${error}`);
  }
}

/** @param one must not reject: whoever waits for all of them would fail with it. */
function track(all: Set<Promise<unknown>>, one: Promise<unknown>): void {
  all.add(one);
  one.then(() => all.delete(one));
}
