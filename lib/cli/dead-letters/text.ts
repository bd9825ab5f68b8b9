import type { DeadLetter, Held } from '../../dead-letters/letter.ts';
import type { Outcome } from '../../dead-letters/visit.ts';
import { display } from '../../engine/objects.ts';
import { clip, printable } from '../../printable.ts';
import { counted, tableText } from '../output.ts';

/** Characters of a body that are shown: whoever could send to the queue may have put anything there. */
export const shownOfBody = 1024;

const head = ['ID', 'LANE', 'OBJECT', 'VERDICT', 'TRIES', 'GIVEN UP', 'REASON'];

/** Dead letters as a table; a row is no longer than a terminal's line, where there is one. */
export function lettersText(letters: readonly DeadLetter[], columns?: number): string {
  if (letters.length === 0) return 'No dead letters.';
  const rows = letters.map((letter) => [
    printable(letter.id),
    letter.lane,
    objectText(letter),
    letter.verdict,
    letter.attempts === undefined ? '-' : String(letter.attempts),
    letter.gaveUpAt === undefined ? '-' : printable(letter.gaveUpAt),
    printable(letter.reason),
  ]);
  const lines = tableText([head, ...rows]).split('\n');
  return lines.map((line) => (columns === undefined ? line : clip(line, columns))).join('\n');
}

/** How people name the object of a dead letter. */
export function objectText({ object }: DeadLetter): string {
  if (object === undefined) return '-';
  return printable(`${object.kind} ${display(object)} (${object.cluster})`);
}

/** Everything of one dead letter, with the beginning of its body. */
export function letterText({ letter, body, event }: Held): string {
  const { firstError } = letter;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['id', letter.id],
    ['lane', letter.lane],
    ['object', objectText(letter)],
    ['verdict', letter.verdict],
    ['last error', letter.reason],
    ['first error', firstError && `${firstError.message} (${firstError.at}, ${sources[firstError.from]})`],
    ['tries', letter.attempts === undefined ? undefined : String(letter.attempts)],
    ['function', letter.functionName],
    ['received first', letter.firstReceived],
    ['given up', letter.gaveUpAt],
  ];
  const lines = fields.flatMap(([name, value]) =>
    value === undefined ? [] : [`${`${name}:`.padEnd(16)}${printable(value)}`],
  );
  const warning =
    event === undefined ? '\nThe body is no event, so that it may hold anything; do not paste it anywhere unread.' : '';
  return [...lines, warning, bodyHead(body.length), printable(body.slice(0, shownOfBody))].join('\n');
}

const sources = {
  memory: 'as the function saw it',
  condition: "as the object's status told before the function saw it fail",
  last: 'no earlier one is known',
} as const;

function bodyHead(length: number): string {
  return length > shownOfBody ? `body (the first ${shownOfBody} of ${length} characters):` : 'body:';
}

/** One dead letter for programs, with the beginning of its body. */
export function letterDocument({ letter, body, event }: Held) {
  return {
    ...letter,
    isEvent: event !== undefined,
    body: body.slice(0, shownOfBody),
    bodyLength: body.length,
  };
}

/** What came of one dead letter. */
export function outcomeText({ letter, problem }: Outcome, done: string): string {
  const result = problem === undefined ? done : `left: ${printable(problem)}`;
  return `${printable(letter.id)}  ${objectText(letter)}  ${result}`;
}

/** What a person should know of dead letters that were not looked at. */
export function unseenText(unseen: number): string {
  const why = 'behind others of the same object, or held by somebody else at this moment';
  return `About ${counted(unseen, 'more dead letter')} could not be seen: ${why}. SQS counts with some delay.`;
}
