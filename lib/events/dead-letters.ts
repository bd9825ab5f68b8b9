import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { FirstError } from './first-errors.ts';
import { type QueueRecord, receiveCount } from './record.ts';
import type { Sqs } from './sqs-client.ts';

/** Why a message was given up. No field holds a secret: errors never do, and bodies hold identities only. */
export interface DeadLetterReason {
  readonly verdict: 'malformed' | 'retry';
  /** What went wrong the last time, as in the condition. */
  readonly reason: string;
  readonly firstError: FirstError;
  /** The object, as the event's subject; absent for a body that names none. */
  readonly subject?: string;
  /** The name of the function that gave up. */
  readonly functionName: string;
  readonly gaveUpAt: Date;
}

export interface DeadLetters {
  /** Keeps a message. It throws where that failed: the message must then stay on its queue. */
  keep(record: QueueRecord, reason: DeadLetterReason): Promise<void>;
}

/**
 * Dead letters with their reason: the body is kept as it came, so that redriving it is sending it again, and the rest are
 * message attributes. SQS's own redrive stays behind it for functions that die before they can say why.
 */
export function createDeadLetters(client: Sqs, queueUrl: string): DeadLetters {
  return {
    async keep(record, reason) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: record.body,
          MessageGroupId: record.attributes.MessageGroupId ?? record.messageId,
          MessageDeduplicationId: record.messageId,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributesOf(record, reason)).map(([name, value]) => [
              name,
              { DataType: 'String', StringValue: value },
            ]),
          ),
        }),
      );
    },
  };
}

/** SQS allows ten attributes, and these are ten. */
function attributesOf(record: QueueRecord, reason: DeadLetterReason): Readonly<Record<string, string>> {
  const { verdict, subject, functionName, firstError, gaveUpAt } = reason;
  return {
    verdict,
    reason: clip(reason.reason),
    attempts: String(receiveCount(record)),
    function: functionName,
    ...(subject === undefined ? {} : { subject: clip(subject) }),
    ...firstReceived(record),
    firstError: clip(firstError.message),
    firstErrorAt: clip(firstError.at),
    firstErrorFrom: firstError.from,
    gaveUpAt: gaveUpAt.toISOString(),
  };
}

function firstReceived({ attributes }: QueueRecord): { readonly firstReceived?: string } {
  const milliseconds = Number(attributes.ApproximateFirstReceiveTimestamp);
  return Number.isFinite(milliseconds) ? { firstReceived: new Date(milliseconds).toISOString() } : {};
}

// Attribute values share the message's size limit, and SQS refuses control characters.
function clip(reason: string): string {
  const printable = reason.replace(/[^\x20-\ud7ff\ue000-\ufffd]/g, ' ').slice(0, 2048);
  return printable === '' ? 'unknown' : printable;
}
