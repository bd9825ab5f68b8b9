import fc from 'fast-check';
import { isRecord } from '../../lib/engine/objects.ts';

/* What can be wrong with a value of JSON, and how a right document is spoilt with it. */

type Fields = Readonly<Record<string, unknown>>;

/** Texts that mean something to somebody on their way: to paths, headers, patterns, shells, parsers. */
export const hostileText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '.',
    '..',
    '../..',
    'a/b',
    '/',
    '%2e%2e%2f',
    '%00',
    '\u0000',
    'a\nb',
    'a\r\nX-Evil: 1',
    '\\',
    '"',
    '{{.}}',
    '$(id)',
    "'; --",
    '-----BEGIN CERTIFICATE-----',
    '__proto__',
    'constructor',
    'toString',
    'null',
    'NaN',
    '\ud800',
    '\u202e',
    'ﬀ',
    'x'.repeat(254),
    '🐒'.repeat(70),
    'https://127.0.0.1/',
    'kic',
    'konnectID',
    'konnectNamespacedRef',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const scalar = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 53, -(2 ** 63), 1e308, 5e-324),
  fc.integer(),
);

/** Keys that are no ordinary ones for JavaScript, made as JSON makes them. */
const oddKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', ''].map(
  (key): unknown => JSON.parse(`{${JSON.stringify(key)}:{"polluted":true}}`),
);

/** Any value that JSON can say. What is large is told by its size, so that a failure can be read. */
export type Made =
  | { readonly json: unknown }
  | { readonly letters: number }
  | { readonly levels: number }
  | { readonly items: number }
  | { readonly fields: number };

/** Odd keys, depth and size included. */
export const anyValue: fc.Arbitrary<Made> = fc.oneof(
  fc.record({ json: scalar }),
  fc.record({ json: fc.jsonValue({ maxDepth: 4 }).map((value): unknown => value) }),
  fc.record({
    json: fc.constantFrom<unknown>(
      [],
      {},
      [null],
      [[]],
      [{}],
      { name: null },
      { namespace: 'team', name: '..' },
      ...oddKeys,
    ),
  }),
  fc.oneof(
    fc.record({ letters: fc.constantFrom(300, 10_000, 200_000) }),
    fc.record({ levels: fc.constantFrom(150, 1000) }),
    fc.record({ items: fc.constantFrom(40, 1000) }),
    fc.record({ fields: fc.constantFrom(40, 1000) }),
  ),
);

export function madeOf(made: Made): unknown {
  if ('letters' in made) return 'h'.repeat(made.letters);
  if ('levels' in made) return JSON.parse('['.repeat(made.levels) + ']'.repeat(made.levels));
  if ('items' in made) return Array.from({ length: made.items }, (_, index) => ({ name: `n${index}` }));
  if ('fields' in made)
    return Object.fromEntries(Array.from({ length: made.fields }, (_, index) => [`k${index}`, index]));
  return made.json;
}

/** One thing that is done to a document: where (a number chooses among its places), and what. */
export interface Spoiling {
  readonly place: number;
  readonly how: 'drop' | 'replace' | 'wrap' | 'unwrap' | 'add' | 'twice';
  readonly value: Made;
}

export const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  place: fc.nat({ max: 10_000 }),
  how: fc.oneof(
    { weight: 4, arbitrary: fc.constant('replace' as const) },
    fc.constantFrom('drop', 'wrap', 'unwrap', 'add', 'twice'),
  ),
  value: anyValue,
});

/** The document with the value at one of its places spoilt. */
export function spoilt(document: unknown, spoiling: Spoiling): unknown {
  const places = placesIn(document);
  return at(document, places[spoiling.place % places.length] ?? [], spoiling);
}

function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  // What was put in by an earlier spoiling may be large, or deep.
  if (path.length > 12) return [path];
  const inner = Object.entries(value).slice(0, 50);
  return [path, ...inner.flatMap(([name, field]) => placesIn(field, [...path, name]))];
}

function at(value: unknown, [name, ...rest]: readonly string[], spoiling: Spoiling): unknown {
  if (name === undefined) return changed(value, spoiling);
  const next = isRecord(value) || Array.isArray(value) ? at(Reflect.get(value, name), rest, spoiling) : undefined;
  const dropped = next === undefined;
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => (String(index) !== name ? [item] : dropped ? [] : [next]));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => (key !== name ? [[key, field]] : dropped ? [] : [[key, next]])),
  );
}

function changed(value: unknown, { how, value: made }: Spoiling): unknown {
  const other = madeOf(made);
  switch (how) {
    case 'drop':
      return undefined;
    case 'replace':
      return other;
    case 'wrap':
      return [value];
    case 'unwrap':
      return typeof value === 'object' && value !== null ? Object.values(value)[0] : other;
    case 'add':
      return isRecord(value) ? joined(value, other) : other;
    case 'twice':
      return Array.isArray(value) ? [...value, ...value] : [value, value];
    default:
      return how satisfies never;
  }
}

function joined(value: Fields, other: unknown): Fields {
  return isRecord(other)
    ? Object.fromEntries([...Object.entries(value), ...Object.entries(other)])
    : { ...value, added: other };
}
