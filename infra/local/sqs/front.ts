import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Authorize, checkAccess } from '../aws-access.ts';
import { cutConnection, type Fault, type FaultRule, ServiceError, tellTime } from '../aws-json.ts';
import { type KeyPairs, verifySignature } from '../aws-signature.ts';
import { amend, nameErrorLikeSqs } from './answers.ts';
import type { App } from './emulator.ts';
import type { FifoQueue } from './fifo.ts';
import { applyRules, type EntryFailure, entriesOf, type Input } from './rules.ts';
import { messagesIn, type SentMessage } from './sent.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';
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
  /** Every message of every send, in the order of their arrival; `resetCalls` keeps them. */
  readonly sent: readonly SentMessage[];
  counts(): Readonly<Record<string, number>>;
  resetCalls(): void;
  setFault(rule: FaultRule | undefined): void;
}

interface FrontOptions {
  readonly queues: ReadonlyMap<string, FifoQueue>;
  readonly region: string;
  readonly credentials: KeyPairs | undefined;
  readonly authorize: Authorize | undefined;
  /** Of a queue. */
  readonly arnOf: (queue: string) => string;
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

/** What the hooks share. */
interface Desk extends FrontOptions {
  readonly calls: SqsCall[];
  readonly sent: SentMessage[];
  readonly open: WeakMap<FastifyRequest, Call>;
  readonly bodies: WeakMap<FastifyRequest, string>;
  rule: FaultRule | undefined;
}

/** Hooks signatures, faults, counting and the stricter rules into the routes of fauxqs. Call it before `listen`. */
export function installFront(app: App, options: FrontOptions): Front {
  const desk: Desk = { ...options, calls: [], sent: [], open: new WeakMap(), bodies: new WeakMap(), rule: undefined };
  keepBodies(app, desk);
  app.addHook('preHandler', async (request, reply) => admit(desk, request, reply));
  app.addHook('onSend', async (request, reply, payload) => dispatch(desk, request, reply, payload));
  return {
    calls: desk.calls,
    sent: desk.sent,
    counts: () => countByOperation(desk.calls),
    resetCalls: () => desk.calls.splice(0),
    setFault: (rule) => {
      desk.rule = rule;
    },
  };
}

/** Signatures are over the body as it came. */
function keepBodies(app: App, { bodies }: Desk): void {
  app.removeContentTypeParser(CONTENT_TYPE);
  app.addContentTypeParser(CONTENT_TYPE, { parseAs: 'string' }, (request, body, done) => {
    bodies.set(request, String(body));
    try {
      done(null, JSON.parse(String(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Lets a call through to fauxqs, or answers it. */
async function admit(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const input = inputOf(request);
  if (!input) return undefined;
  tellTime(reply);
  const call = describeCall(request, input);
  desk.open.set(request, call);
  desk.sent.push(...messagesIn(call.operation, call.queue, input));
  // A client that hangs up, as an aborted long poll does, gets no answer.
  reply.raw.once('close', () => note(desk, call, 0));
  call.fault = desk.rule?.({ operation: call.operation, resource: call.queue });
  if (call.fault === 'hang' || call.fault === 'reset') {
    note(desk, call, 0);
    return call.fault === 'hang' ? reply.hijack() : cutConnection(reply);
  }
  const refusal = refuse(desk, call, input, { headers: request.headers, body: desk.bodies.get(request) ?? '' });
  if (refusal) return sendError(reply, refusal);
  const isWhollyRefused = call.failures.length > 0 && entriesOf(input).length === 0;
  return isWhollyRefused ? reply.type(CONTENT_TYPE).send({ Successful: [], Failed: [] }) : undefined;
}

/** Sends an answer on its way, with what SQS says on top of fauxqs, or loses it. */
function dispatch(desk: Desk, request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const call = desk.open.get(request);
  if (!call || typeof payload !== 'string') return payload;
  if (call.fault === 'hang-after') {
    note(desk, call, 0);
    return new Promise(() => undefined);
  }
  if (call.fault === 'reset-after') {
    note(desk, call, 0);
    reply.raw.socket?.resetAndDestroy();
    return payload;
  }
  nameErrorLikeSqs(reply);
  note(desk, call, reply.statusCode);
  return amend(payload, call, desk.queues.get(call.queue ?? ''), request.raw.socket.destroyed);
}

/** What was noted first stands: a fault, or that the client has gone. */
function note(desk: Desk, call: Call, status: number): void {
  const { operation, queue, entries } = call;
  if (!call.noted) desk.calls.push({ operation, queue, entries, status, at: desk.now() });
  call.noted = true;
}

function countByOperation(calls: readonly SqsCall[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation } of calls) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

/** Whether the call is refused as a whole; notes the refused entries of a batch. */
function refuse(
  { queues, region, credentials, authorize, arnOf }: FrontOptions,
  call: Call,
  input: Input,
  signed: Parameters<typeof verifySignature>[0],
): ServiceError | undefined {
  try {
    const caller = verifySignature(signed, { service: 'sqs', region, credentials });
    // IAM has one right for one message and for ten.
    const action = `sqs:${call.operation.replace(/Batch$/, '')}`;
    const access = { caller, action, resource: arnOf(call.queue ?? ''), context: {} };
    checkAccess(authorize, [access], { code: 'AccessDenied', status: 403 });
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
