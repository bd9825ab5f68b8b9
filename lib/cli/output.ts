import { styleText } from 'node:util';
import { printableLines } from '../printable.ts';
import type { Paint } from '../status/text.ts';

/** Where a command speaks: results go to stdout, what happens meanwhile to stderr. */
export interface Output {
  /** Prints a result, with a line break at its end. */
  result(text: string): void;
  /** Tells what happens, to people only. */
  tell(text: string): void;
  /** Clears the screen, where the result goes to a terminal. */
  clear(): void;
  /** Colours only where stdout is a terminal that shows them, and NO_COLOR does not forbid it. */
  readonly paint: Paint;
  /** Columns of the terminal; absent where the result goes elsewhere. */
  readonly columns: number | undefined;
  /** Asks a person yes or no; absent where there is none to ask. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

type Stream = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };

export function createOutput(
  stdout: Stream & NodeJS.WritableStream,
  stderr: Stream,
  ask?: (question: string) => Promise<boolean>,
): Output {
  return {
    result: (text) => void stdout.write(`${text}\n`),
    tell: (text) => void stderr.write(`${printableLines(text)}\n`),
    clear: () => void (stdout.isTTY === true && stdout.write('\u001b[2J\u001b[3J\u001b[H')),
    paint: (style, text) => styleText(style, text, { stream: stdout }),
    columns: stdout.isTTY === true ? stdout.columns : undefined,
    ask,
  };
}

/** A document for programs; a person may look at it as well, so what a terminal would obey is escaped. */
export function jsonText(value: unknown, indent: number | undefined = 2): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Rows in columns that stand under each other, without spaces at the end of a line. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `1 event`, `2 events`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
