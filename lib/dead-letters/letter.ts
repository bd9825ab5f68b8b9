import type { Message } from '@aws-sdk/client-sqs';
import { type ObjectEvent, parseEvent } from '../events/event.ts';
import { type FirstError, firstErrorSources } from '../events/first-errors.ts';
import type { Lane } from '../kinds/define.ts';

/** `unanswered`: SQS moved the message by itself, so nobody wrote down why. The others are what a function decided. */
export const letterVerdicts = ['malformed', 'retry', 'unanswered'] as const;
export type LetterVerdict = (typeof letterVerdicts)[number];

/** The object that a dead letter is about. */
export interface LetterObject {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What is known of one dead letter, without its body. Times are RFC 3339. */
export interface DeadLetter {
  /** SQS's id of the message; stays the same as long as it is a dead letter. */
  readonly id: string;
  readonly lane: Lane;
  readonly verdict: LetterVerdict;
  /** The last error. */
  readonly reason: string;
  readonly firstError?: FirstError;
  /** How often the function, or SQS, tried; absent where it is not known. */
  readonly attempts?: number;
  /** Absent where the body names no object. */
  readonly object?: LetterObject;
  readonly functionName?: string;
  readonly firstReceived?: string;
  readonly gaveUpAt?: string;
}

/** A dead letter that was received: nobody else gets it meanwhile. */
export interface Held {
  readonly letter: DeadLetter;
  readonly body: string;
  /** Absent where the body is no event of ours. */
  readonly event?: ObjectEvent;
  readonly receiptHandle: string;
}

/** True for a message without a word about why it is here. */
export function isUnanswered({ MessageAttributes: attributes }: Message): boolean {
  return attributes?.['verdict']?.StringValue === undefined;
}

/**
 * Reads a message of a dead-letter queue.
 * @param movedAfter how often a message is received before SQS moves it, where that is known
 */
export function heldOf(message: Message, lane: Lane, movedAfter?: number): Held {
  const { MessageId: id = '', ReceiptHandle: receiptHandle = '', Body: body = '' } = message;
  const event = eventIn(body);
  const object = event === undefined ? {} : { object: objectOf(event) };
  const known = isUnanswered(message) ? unanswered(movedAfter) : answered(message);
  return { letter: { id, lane, ...known, ...object }, body, receiptHandle, ...(event === undefined ? {} : { event }) };
}

type Known = Omit<DeadLetter, 'id' | 'lane' | 'object'>;

function unanswered(movedAfter: number | undefined): Known {
  const times = movedAfter === undefined ? 'its last receive' : `${movedAfter} receives`;
  return {
    verdict: 'unanswered',
    reason: `SQS moved it after ${times} without an answer of the function: see the function's log`,
    ...(movedAfter === undefined ? {} : { attempts: movedAfter }),
  };
}

function answered({ MessageAttributes: attributes }: Message): Known {
  const text = (name: string): string | undefined => attributes?.[name]?.StringValue;
  const attempts = Number(text('attempts'));
  const [message, at] = [text('firstError'), text('firstErrorAt')];
  const [functionName, firstReceived, gaveUpAt] = [text('function'), text('firstReceived'), text('gaveUpAt')];
  const from = firstErrorSources.find((source) => source === text('firstErrorFrom'));
  const isWhole = message !== undefined && at !== undefined && from !== undefined;
  return {
    verdict: letterVerdicts.find((verdict) => verdict === text('verdict')) ?? 'retry',
    reason: text('reason') ?? 'unknown',
    ...(isWhole ? { firstError: { message, at, from } } : {}),
    ...(Number.isInteger(attempts) ? { attempts } : {}),
    ...(functionName === undefined ? {} : { functionName }),
    ...(firstReceived === undefined ? {} : { firstReceived }),
    ...(gaveUpAt === undefined ? {} : { gaveUpAt }),
  };
}

function eventIn(body: string): ObjectEvent | undefined {
  try {
    return parseEvent(body);
  } catch {
    // Said by the letter's reason already, where a function has seen it.
    return undefined;
  }
}

function objectOf({ data: { cluster, kind, namespace, name } }: ObjectEvent): LetterObject {
  return { cluster, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
