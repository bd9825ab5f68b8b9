import type { FastifyReply, FastifyRequest } from 'fastify';
import { cutConnection, type Fault, type FaultRule, ServiceError } from '../aws-json.ts';
import { type Credentials, verifySignature } from '../aws-signature.ts';
import type { App } from './emulator.ts';
import type { FifoQueue } from './fifo.ts';
import type { StrictMessage } from './groups.ts';
import { applyRules, type EntryFailure, entriesOf, type Input } from './rules.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const QUERY_PREFIX = 'AWS.SimpleQueueService.';
// The errors whose code of the older protocol, which the SDKs take for the error's name, has no prefix.
const PLAIN_CODES = new Set([
  'InvalidAttributeName',
  'InvalidAttributeValue',
  'InvalidMessageContents',
  'InvalidParameterValue',
  'MissingParameter',
  'OverLimit',
  'ReceiptHandleIsInvalid',
]);

/** One call as it was answered. `entries` counts the messages of a batch; `status` is 0 when no answer was sent. */
export interface SqsCall {
  readonly operation: string;
  readonly queue: string | undefined;
  readonly entries: number;
  readonly status: number;
  readonly at: number;
}

/** The parts of the running endpoint that are seen from outside. */
export interface Front {
  readonly calls: readonly SqsCall[];
  counts(): Readonly<Record<string, number>>;
  resetCalls(): void;
  setFault(rule: FaultRule | undefined): void;
}

interface FrontOptions {
  readonly queues: ReadonlyMap<string, FifoQueue>;
  readonly region: string;
  readonly credentials: Credentials | undefined;
  readonly now: () => number;
}

interface Call {
  readonly operation: string;
  readonly queue: string | undefined;
  readonly entries: number;
  fault: Fault | undefined;
  failures: readonly EntryFailure[];
  noted: boolean;
}

/** Hooks signatures, faults, counting and the stricter rules into the routes of fauxqs. Call it before `listen`. */
export function installFront(app: App, options: FrontOptions): Front {
  const calls: SqsCall[] = [];
  const open = new WeakMap<FastifyRequest, Call>();
  const raw = new WeakMap<FastifyRequest, string>();
  let rule: FaultRule | undefined;
  const note = (call: Call, status: number) => {
    const { operation, queue, entries } = call;
    // What was noted when a fault struck stands.
    if (!call.noted) calls.push({ operation, queue, entries, status, at: options.now() });
    call.noted = true;
  };
  app.removeContentTypeParser(CONTENT_TYPE);
  app.addContentTypeParser(CONTENT_TYPE, { parseAs: 'string' }, (request, body, done) => {
    raw.set(request, String(body));
    try {
      done(null, JSON.parse(String(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
  app.addHook('preHandler', async (request, reply) => {
    const input = inputOf(request);
    if (!input) return;
    const call = describeCall(request, input);
    open.set(request, call);
    // A client that hangs up, as an aborted long poll does, gets no answer.
    reply.raw.once('close', () => note(call, 0));
    call.fault = rule?.({ operation: call.operation, resource: call.queue });
    if (call.fault === 'hang' || call.fault === 'reset') {
      note(call, 0);
      return call.fault === 'hang' ? reply.hijack() : cutConnection(reply);
    }
    const refusal = refuse(options, call, input, { headers: request.headers, body: raw.get(request) ?? '' });
    if (refusal) return sendError(reply, refusal);
    const allRefused = call.failures.length > 0 && entriesOf(input).length === 0;
    if (allRefused) return reply.type(CONTENT_TYPE).send({ Successful: [], Failed: [] });
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const call = open.get(request);
    if (!call || typeof payload !== 'string') return payload;
    if (call.fault === 'reset-after') {
      note(call, 0);
      reply.raw.socket?.resetAndDestroy();
      return payload;
    }
    nameErrorLikeSqs(reply);
    note(call, reply.statusCode);
    return amend(payload, call, options.queues.get(call.queue ?? ''), request.raw.socket.destroyed);
  });
  return {
    calls,
    counts: () =>
      Object.fromEntries(
        Map.groupBy(calls, (call) => call.operation)
          .entries()
          .map(([operation, { length }]) => [operation, length]),
      ),
    resetCalls: () => calls.splice(0),
    setFault: (next) => {
      rule = next;
    },
  };
}

/** Whether the call is refused as a whole; notes the refused entries of a batch. */
function refuse(
  { queues, region, credentials }: FrontOptions,
  call: Call,
  input: Input,
  signed: Parameters<typeof verifySignature>[0],
): ServiceError | undefined {
  try {
    verifySignature(signed, { service: 'sqs', region, credentials });
    if (typeof call.fault === 'object') {
      return new ServiceError(call.fault.code, call.fault.message ?? 'Rate exceeded', call.fault.status);
    }
    const fifo = queues.get(call.queue ?? '');
    fifo?.queue.processTimers();
    if (fifo) call.failures = applyRules(call.operation, input, fifo);
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

/** Adds to fauxqs' answer what SQS says on top; takes messages back whose receiver has hung up. */
function amend(payload: string, call: Call, fifo: FifoQueue | undefined, gone: boolean): string {
  const answer = JSON.parse(payload);
  if (call.failures.length > 0) answer.Failed = [...(answer.Failed ?? []), ...call.failures];
  for (const message of call.operation === 'ReceiveMessage' ? (answer.Messages ?? []) : []) {
    const entry = fifo?.queue.inflightMessages.get(message.ReceiptHandle);
    const source = deadLetterSource(entry?.message);
    if (source && message.Attributes) message.Attributes.DeadLetterQueueSourceArn = source;
    if (gone) fifo?.undoReceive(message.ReceiptHandle);
  }
  return JSON.stringify(answer);
}

/** fauxqs puts the prefix before every code. */
function nameErrorLikeSqs(reply: FastifyReply): void {
  const header = reply.getHeader('x-amzn-query-error');
  if (typeof header !== 'string' || !header.startsWith(QUERY_PREFIX)) return;
  const plain = header.slice(QUERY_PREFIX.length);
  if (PLAIN_CODES.has(plain.split(';')[0] ?? '')) reply.header('x-amzn-query-error', plain);
}

function deadLetterSource(message: StrictMessage | undefined): string | undefined {
  return message?.deadLetterSourceArn;
}

function sendError(reply: FastifyReply, { code, message, status }: ServiceError): FastifyReply {
  return reply
    .code(status)
    .headers({ 'content-type': CONTENT_TYPE, 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` })
    .send({ __type: `com.amazonaws.sqs#${code}`, message });
}

function describeCall(request: FastifyRequest, input: Input): Call {
  const target = String(request.headers['x-amz-target'] ?? '');
  const name = input['QueueUrl'] ?? input['QueueName'];
  return {
    operation: target.replace(/^AmazonSQS\./, ''),
    queue: typeof name === 'string' ? name.split('/').at(-1) : undefined,
    entries: entriesOf(input).length,
    fault: undefined,
    failures: [],
    noted: false,
  };
}

function inputOf(request: FastifyRequest): Input | undefined {
  const isSqs = request.headers['content-type']?.includes(CONTENT_TYPE) === true;
  return isSqs && isRecord(request.body) ? request.body : undefined;
}

function isRecord(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
