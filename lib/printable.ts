/** What a terminal would obey: control characters, and the marks that turn the direction of writing. */
const obeyed = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** A text that was written by others, on one line and without what a terminal would obey, which becomes spaces. */
export function printable(text: string): string {
  return text.replace(obeyed, ' ');
}

/** The same, with its line breaks. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** The text in at most so many characters, with a sign where something is left out. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
