import { printable } from '../printable.ts';

/** `wrong` has to be mended, `unsure` may be as somebody wants it, or could not be looked at. */
export type State = 'fine' | 'wrong' | 'unsure';

/** What one check found: one line, and what to do about it. */
export interface Finding {
  readonly check: string;
  readonly state: State;
  readonly message: string;
  /** What mends it: a sentence, or a command. */
  readonly fix?: string;
}

const marks: Readonly<Record<State, string>> = { fine: '✓', wrong: '✗', unsure: '!' };

/** A line for each finding, with what to do under those that are not fine. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, state, message, fix }) => [
    `${marks[state]} ${printable(check).padEnd(width)}  ${printable(message)}`,
    ...(fix === undefined ? [] : [`  ${' '.repeat(width)}  → ${printable(fix)}`]),
  ]);
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  const unsure = findings.filter(({ state }) => state === 'unsure').length;
  return [...lines, '', `${findings.length} checks: ${wrong} wrong, ${unsure} to look at.`].join('\n');
}

/** A text that the cluster gave, to be told of; a question mark where it gave none. */
export function told(value: unknown): string {
  return typeof value === 'string' ? value : '?';
}

/** The first few of many, and how many more there are. */
export function some(names: readonly string[], count = 5): string {
  const more = names.length > count ? ` and ${names.length - count} more` : '';
  return `${names.slice(0, count).join(', ')}${more}`;
}
