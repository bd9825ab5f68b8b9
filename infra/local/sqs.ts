import type { Authorize } from './aws-access.ts';
import type { FaultRule } from './aws-json.ts';
import type { KeyPairs } from './aws-signature.ts';
import { buildEmulator, type Store } from './sqs/emulator.ts';
import { type FifoQueue, tightenFifo } from './sqs/fifo.ts';
import { installFront, type SqsCall } from './sqs/front.ts';
import type { SentMessage } from './sqs/sent.ts';
import { lookInto, type QueuedMessage, type QueueState, restore, snapshot } from './sqs/state.ts';

const DEAD_LETTER_RETENTION_SECONDS = 14 * 86_400;
const ACCOUNT_ID = '000000000000'; // fauxqs knows no other

/** A FIFO queue as the deployment defines it. A dead-letter queue that is not listed itself is created, too. */
export interface QueueDefinition {
  readonly name: string;
  /** 0 to 43200. */
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount?: number;
  readonly deadLetter?: string;
}

export interface QueueOptions {
  readonly queues: readonly QueueDefinition[];
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly region?: string;
  /** When given, every signature is verified against these key pairs. */
  readonly credentials?: KeyPairs;
  readonly authorize?: Authorize;
  readonly state?: QueuesState;
}

/** What a restart needs. Every in-flight message stays in flight until its time. */
export interface QueuesState {
  readonly queues: Readonly<Record<string, QueueState>>;
}

export interface LocalQueues extends AsyncDisposable {
  /** The endpoint for the AWS SDK. */
  readonly endpoint: string;
  /** Queue URL by queue name, dead-letter queues included; as for `arns`. */
  readonly urls: Readonly<Record<string, string>>;
  readonly arns: Readonly<Record<string, string>>;
  readonly calls: readonly SqsCall[];
  /** Every message that was sent, by whomever, in the order of their arrival. */
  readonly sent: readonly SentMessage[];
  /** Calls since the start or the last reset, by operation. */
  counts(): Readonly<Record<string, number>>;
  resetCalls(): void;
  /** Everything in a queue, in flight or not, in the order of its sequence numbers; nothing is consumed. */
  messages(queue: string): readonly QueuedMessage[];
  /** How many long polls wait at a queue; with `messages` this tells whether everything is at rest. */
  waitingPolls(queue: string): number;
  /** Lets time pass for the queues: visibility timeouts, deduplication and retention end without waiting. */
  advance(seconds: number): void;
  /** The rule sees every request before it is performed; `undefined` ends the faults. */
  setFault(rule: FaultRule | undefined): void;
  state(): QueuesState;
  stop(): Promise<void>;
}

/**
 * Serves SQS FIFO queues on the loopback interface: fauxqs for the protocol, with the rules of SQS that it does not keep
 * (see `tightenFifo` and `applyRules`). Still kinder than SQS: no throughput quota, no limit on messages in flight.
 */
export async function startQueues(options: QueueOptions): Promise<LocalQueues> {
  const region = options.region ?? 'us-east-1';
  const { app, store } = await buildEmulator(region);
  let offset = 0;
  const now = () => Date.now() + offset;
  const queues = new Map<string, FifoQueue>();
  const createQueue = store.createQueue.bind(store);
  store.createQueue = (...args) => {
    const queue = createQueue(...args);
    if (queue.isFifo()) queues.set(queue.name, tightenFifo(queue, now));
    return queue;
  };
  const { credentials, authorize } = options;
  const arnOf = (name: string): string => queueArn(region, name);
  const front = installFront(app, { queues, region, credentials, authorize, arnOf, now });
  const endpoint = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const names = createQueues(store, options.queues, endpoint, region);
  for (const [name, state] of Object.entries(options.state?.queues ?? {})) restore(known(queues, name), state);
  const stop = async () => app.close();
  return {
    endpoint,
    urls: Object.fromEntries(names.map((name) => [name, queueUrl(endpoint, name)])),
    arns: Object.fromEntries(names.map((name) => [name, queueArn(region, name)])),
    ...front,
    messages: (name) => lookInto(known(queues, name)),
    waitingPolls: (name) => known(queues, name).queue.pollWaiters.length,
    advance: (seconds) => {
      offset += seconds * 1000;
      store.processAllTimers();
    },
    state: () => ({ queues: Object.fromEntries([...queues].map(([name, fifo]) => [name, snapshot(fifo)])) }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Creates the queues, dead-letter queues first, and returns their names. */
function createQueues(
  store: Store,
  definitions: readonly QueueDefinition[],
  endpoint: string,
  region: string,
): readonly string[] {
  const listed = new Set(definitions.map(({ name }) => name));
  const implied = new Set(
    definitions.flatMap(({ deadLetter }) => (deadLetter && !listed.has(deadLetter) ? deadLetter : [])),
  );
  const create = (name: string, attributes: Record<string, string>) =>
    store.createQueue(name, queueUrl(endpoint, name), queueArn(region, name), {
      ...fifoAttributes(name),
      ...attributes,
    });
  for (const name of implied) create(name, { MessageRetentionPeriod: String(DEAD_LETTER_RETENTION_SECONDS) });
  for (const definition of definitions) create(definition.name, ownAttributes(definition, region));
  return [...implied, ...listed];
}

function fifoAttributes(name: string): Record<string, string> {
  if (!/^[A-Za-z0-9_-]{1,75}\.fifo$/.test(name)) {
    throw new RangeError(
      `Queue "${name}": a FIFO queue is named with at most 75 letters, digits, hyphens or underscores, then ".fifo"`,
    );
  }
  return {
    FifoQueue: 'true',
    ContentBasedDeduplication: 'false',
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    SqsManagedSseEnabled: 'true',
  };
}

function ownAttributes(definition: QueueDefinition, region: string): Record<string, string> {
  const { name, visibilityTimeoutSeconds: visibility, maxReceiveCount, deadLetter } = definition;
  if (!Number.isInteger(visibility) || visibility < 0 || visibility > 43_200) {
    throw new RangeError(`Queue "${name}": visibilityTimeoutSeconds is ${visibility}, but must be 0 to 43200`);
  }
  if ((maxReceiveCount === undefined) !== (deadLetter === undefined)) {
    throw new RangeError(`Queue "${name}": maxReceiveCount and deadLetter come together; give both or neither`);
  }
  if (maxReceiveCount === undefined || deadLetter === undefined) return { VisibilityTimeout: String(visibility) };
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1000) {
    throw new RangeError(`Queue "${name}": maxReceiveCount is ${maxReceiveCount}, but must be 1 to 1000`);
  }
  const policy = { deadLetterTargetArn: queueArn(region, deadLetter), maxReceiveCount };
  return { VisibilityTimeout: String(visibility), RedrivePolicy: JSON.stringify(policy) };
}

function known(queues: ReadonlyMap<string, FifoQueue>, name: string): FifoQueue {
  const fifo = queues.get(name);
  if (!fifo) throw new RangeError(`There is no queue "${name}", only ${[...queues.keys()].join(', ')}`);
  return fifo;
}

function queueUrl(endpoint: string, name: string): string {
  return `${endpoint}/${ACCOUNT_ID}/${name}`;
}

function queueArn(region: string, name: string): string {
  return `arn:aws:sqs:${region}:${ACCOUNT_ID}:${name}`;
}
