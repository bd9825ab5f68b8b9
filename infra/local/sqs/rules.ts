import { ServiceError } from '../aws-json.ts';
import { type FifoQueue, scopedDeduplicationId } from './fifo.ts';

const ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
const MAX_ENTRY_ID = 80;
const MAX_ATTRIBUTES = 10;
const MAX_VISIBILITY_SECONDS = 43_200;

/** The body of an SQS call, or one entry of a batch. Read with care: nothing has checked it yet. */
export type Input = Record<string, unknown>;

/** An entry of a batch that SQS refuses while it performs the others. */
export interface EntryFailure {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

/**
 * Checks what fauxqs lets pass and SQS does not, and gives each message the deduplication scope of its group.
 * Changes `input`: refused entries leave a batch, and are returned. Throws when the whole call is refused.
 */
export function applyRules(operation: string, input: Input, fifo: FifoQueue): readonly EntryFailure[] {
  if (!operation.endsWith('Batch')) {
    applyRule(operation, input, fifo);
    return [];
  }
  const entries = entriesOf(input);
  const tooLong = entries.find(({ Id }) => typeof Id === 'string' && Id.length > MAX_ENTRY_ID);
  if (tooLong) {
    throw new ServiceError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. ' +
        'It can be at most 80 letters long.',
    );
  }
  const failures = new Map(entries.map((entry) => [entry, failureOf(operation.replace(/Batch$/, ''), entry, fifo)]));
  if (entries.length > 0) input['Entries'] = entries.filter((entry) => !failures.get(entry));
  return [...failures.values()].filter((failure) => failure !== undefined);
}

/** The entries of a batch call. */
export function entriesOf(input: Input): readonly Input[] {
  return Array.isArray(input['Entries']) ? input['Entries'] : [];
}

function failureOf(operation: string, entry: Input, fifo: FifoQueue): EntryFailure | undefined {
  try {
    applyRule(operation, entry, fifo);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { Id: String(entry['Id']), SenderFault: true, Code: error.code, Message: error.message };
  }
}

function applyRule(operation: string, input: Input, fifo: FifoQueue): void {
  if (operation === 'SendMessage') checkMessage(input, fifo);
  if (operation === 'DeleteMessage') checkHandle(input, fifo);
  if (operation === 'ChangeMessageVisibility') checkVisibility(input, fifo);
}

function checkMessage(input: Input, { queue }: FifoQueue): void {
  const { MessageGroupId: groupId, MessageDeduplicationId: deduplicationId, MessageAttributes: attributes } = input;
  checkId('MessageGroupId', groupId);
  checkId('MessageDeduplicationId', deduplicationId);
  const count = typeof attributes === 'object' && attributes !== null ? Object.keys(attributes).length : 0;
  if (count > MAX_ATTRIBUTES) {
    throw new ServiceError(
      'InvalidParameterValue',
      `Number of message attributes [${count}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  const perGroup = queue.attributes['DeduplicationScope'] === 'messageGroup';
  if (perGroup && typeof groupId === 'string' && typeof deduplicationId === 'string') {
    input['MessageDeduplicationId'] = scopedDeduplicationId(groupId, deduplicationId);
  }
}

function checkId(parameter: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && ID.test(value))) return;
  throw new ServiceError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${parameter} is invalid. ` +
      `Reason: ${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

function checkHandle(input: Input, fifo: FifoQueue): void {
  const handle = String(input['ReceiptHandle']);
  const state = fifo.stateOf(handle);
  if (state === 'unknown') {
    throw new ServiceError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
  // A FIFO queue, unlike a standard one, lets nobody delete what may be with another receiver by now.
  if (state === 'expired') {
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
  }
}

function checkVisibility(input: Input, fifo: FifoQueue): void {
  const total = fifo.ageOf(String(input['ReceiptHandle'])) + Number(input['VisibilityTimeout']);
  // The limit counts from the receive, and since that some time has passed even where the clock stands still.
  if (total >= MAX_VISIBILITY_SECONDS) {
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ${input['VisibilityTimeout']} for parameter VisibilityTimeout is invalid. ` +
        `Reason: Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds].`,
    );
  }
}
