import fc from 'fast-check';
import { isRecord } from '../../lib/engine/objects.ts';
import { hostileText, type Spoiling, spoiling, spoilt } from './spoil.ts';

/* Texts that steer a terminal, put into documents. */

const steering = fc.constantFrom('\u001b[2J\u001b]0;evil\u0007', '\u009b31m', 'a\u202eb', 'a\nb\rc', '\u200f');

/** What somebody may type. */
export const shellText: fc.Arbitrary<string> = fc.oneof(
  hostileText,
  steering,
  fc.constantFrom('--', '-', '--kind=', '-x', '../x'),
);

/** A document is spoilt somewhere, or a text is added to some of its texts: those whose number is among `which`. */
export type Harm = Spoiling | { readonly add: string; readonly which: readonly number[] };

const cycle = 8;

/** Leaves every type as it was. */
export const addition: fc.Arbitrary<Harm> = fc.record({
  add: steering,
  which: fc.uniqueArray(fc.nat({ max: cycle - 1 }), { minLength: 1 }),
});

export const harm: fc.Arbitrary<Harm> = fc.oneof(spoiling, addition);

export function harmed(document: unknown, one: Harm): unknown {
  if ('how' in one) return spoilt(document, one);
  let count = 0;
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, walk(field)]));
    if (typeof value !== 'string') return value;
    count += 1;
    return one.which.includes(count % cycle) ? `${value}${one.add}` : value;
  };
  return walk(document);
}
