import { entriesOf, type Input } from './rules.ts';

/** A message as its sender wrote it, whether or not the queue took it: what anybody on the way could have read. */
export interface SentMessage {
  readonly queue: string | undefined;
  readonly body: string;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  /** The `StringValue` of each. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The messages that a call sends; none for any other call. */
export function messagesIn(operation: string, queue: string | undefined, input: Input): readonly SentMessage[] {
  if (!/^SendMessage(Batch)?$/.test(operation)) return [];
  const messages = operation === 'SendMessage' ? [input] : entriesOf(input);
  return messages.map((message) => ({
    queue,
    body: textIn(message, 'MessageBody') ?? '',
    groupId: textIn(message, 'MessageGroupId'),
    deduplicationId: textIn(message, 'MessageDeduplicationId'),
    attributes: attributesIn(message['MessageAttributes']),
  }));
}

function attributesIn(attributes: unknown): Readonly<Record<string, string>> {
  const entries = isInput(attributes) ? Object.entries(attributes) : [];
  return Object.fromEntries(
    entries.map(([name, value]) => [name, (isInput(value) ? textIn(value, 'StringValue') : undefined) ?? '']),
  );
}

function textIn(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
