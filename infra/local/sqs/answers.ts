import type { FastifyReply } from 'fastify';
import type { FifoQueue } from './fifo.ts';
import type { StrictMessage } from './groups.ts';
import type { EntryFailure } from './rules.ts';

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

interface AnsweredCall {
  readonly operation: string;
  readonly failures: readonly EntryFailure[];
}

/** Adds to fauxqs' answer what SQS says on top; takes messages back whose receiver has hung up. */
export function amend(payload: string, call: AnsweredCall, fifo: FifoQueue | undefined, gone: boolean): string {
  const answer = JSON.parse(payload);
  if (call.failures.length > 0) answer.Failed = [...(answer.Failed ?? []), ...call.failures];
  for (const message of call.operation === 'ReceiveMessage' ? (answer.Messages ?? []) : []) {
    const entry = fifo?.queue.inflightMessages.get(message.ReceiptHandle);
    const letter: StrictMessage | undefined = entry?.message;
    const source = letter?.deadLetterSourceArn;
    if (source && message.Attributes) message.Attributes.DeadLetterQueueSourceArn = source;
    if (gone) fifo?.undoReceive(message.ReceiptHandle);
  }
  return JSON.stringify(answer);
}

/** fauxqs puts the prefix before every code. */
export function nameErrorLikeSqs(reply: FastifyReply): void {
  const header = reply.getHeader('x-amzn-query-error');
  if (typeof header !== 'string' || !header.startsWith(QUERY_PREFIX)) return;
  const plain = header.slice(QUERY_PREFIX.length);
  if (PLAIN_CODES.has(plain.split(';')[0] ?? '')) reply.header('x-amzn-query-error', plain);
}
