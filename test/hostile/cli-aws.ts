import { createHash } from 'node:crypto';
import { isRecord } from '../../lib/engine/objects.ts';
import type { CliRequest } from './cli-world.ts';

/* Right answers of SQS and Secrets Manager to the command line, for the suite to spoil. */

export const stack = 'some';

function attribute(StringValue: string): object {
  return { DataType: 'String', StringValue };
}

/** A dead letter as SQS hands it out, without the digest of its body. */
export function letterOf(body: string): Readonly<Record<string, unknown>> {
  return {
    MessageId: '7c3f1c1e-0000-4000-8000-000000000001',
    ReceiptHandle: 'receipt',
    Body: body,
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes: {
      verdict: attribute('retry'),
      reason: attribute('Konnect is away'),
      attempts: attribute('10'),
      firstError: attribute('no such host'),
      firstErrorAt: attribute('2026-03-01T11:00:00.000Z'),
      firstErrorFrom: attribute('memory'),
      function: attribute('reconcile-entity'),
      firstReceived: attribute('2026-03-01T11:00:00.000Z'),
      gaveUpAt: attribute('2026-03-01T12:00:00.000Z'),
    },
  };
}

/** The same with the digest that the SDK holds a body against. */
export function digested(letter: unknown): unknown {
  if (!isRecord(letter) || typeof letter['Body'] !== 'string') return letter;
  return { ...letter, MD5OfBody: md5(letter['Body']) };
}

/** What AWS says where all is well; undefined for what is no call of AWS. */
export function awsAnswer({ target, body, url }: CliRequest): object | undefined {
  const [, operation = ''] = (target ?? '').split('.');
  const entries = Array.isArray(body['Entries']) ? body['Entries'].filter(isRecord) : [];
  if (operation === 'GetQueueUrl') return { QueueUrl: `${url}/000000000000/${String(body['QueueName'])}` };
  if (operation === 'GetQueueAttributes')
    return {
      Attributes: {
        ApproximateNumberOfMessages: '1',
        ApproximateNumberOfMessagesNotVisible: '0',
        RedrivePolicy: '{"maxReceiveCount":"12"}',
      },
    };
  if (operation === 'ReceiveMessage') return {};
  if (operation === 'SendMessageBatch')
    return {
      Successful: entries.map(({ Id, MessageBody }) => ({
        Id,
        MessageId: 'm',
        MD5OfMessageBody: md5(String(MessageBody)),
      })),
    };
  if (operation === 'DeleteMessageBatch' || operation === 'ChangeMessageVisibilityBatch')
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
  if (operation === 'ListSecrets')
    return {
      SecretList: [
        { Name: `${stack}-clusters/entity/blue` },
        { Name: `${stack}-clusters/replay/blue` },
        { Name: `${stack}/blue/team/auth` },
      ],
    };
  return undefined;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
