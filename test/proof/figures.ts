import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Figure } from '../bench/figure.ts';

/** Notes figures for the table that `npm run proof` ends with; `TEST_PROOF` names the file that they go to. */
export function note(...figures: readonly Figure[]): void {
  const file = process.env['TEST_PROOF'];
  if (file === undefined) throw new Error('TEST_PROOF names no file for figures: run this suite with npm run proof');
  // One write per figure: several processes append to the file.
  for (const figure of figures) appendFileSync(file, `${JSON.stringify(figure)}\n`);
}

/** The figures that were noted, in the order of their names; of one that a repeated test noted again, the last. */
export function noted(file: string): readonly Figure[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const figures = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Figure);
  const last = new Map(figures.map((figure) => [figure.what, figure]));
  return [...last.values()].toSorted((one, other) => (one.what < other.what ? -1 : 1));
}
