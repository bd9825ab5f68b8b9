/** One message as a function receives it from its event source mapping: what we read of an SQS record. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    /** How often the message was received, this time included; a decimal number. */
    readonly ApproximateReceiveCount: string;
    readonly ApproximateFirstReceiveTimestamp?: string | undefined;
    readonly SentTimestamp?: string | undefined;
    readonly MessageGroupId?: string | undefined;
    readonly MessageDeduplicationId?: string | undefined;
  };
}

export function receiveCount(record: QueueRecord): number {
  return Number(record.attributes.ApproximateReceiveCount);
}
