import fc from 'fast-check';
import { anyValue, hostileText, madeOf, type Spoiling, spoiling, spoilt } from './spoil.ts';

/* What a hostile API server may answer lists and watches with. */

export type Thing = { readonly value: Parameters<typeof madeOf>[0] } | { readonly spoilings: readonly Spoiling[] };

export type Line =
  | { readonly text: string }
  | { readonly letters: number }
  | { readonly type: string; readonly of: Thing }
  | { readonly bookmark: unknown }
  | { readonly error: Readonly<Record<string, unknown>> }
  | { readonly object: object };

/** What goes wrong with one answer as a whole. */
export type WireFault =
  /** `expired`: what was before is known to nobody any more, whatever a bookmark says. */
  | { readonly is: 'cut' | 'gzip' | 'html' | 'endless' | 'expired' }
  | { readonly is: 'status'; readonly status: number; readonly retryAfter: string; readonly body: string };

export const thing: fc.Arbitrary<Thing> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ spoilings: fc.array(spoiling, { minLength: 1, maxLength: 3 }) }) },
  fc.record({ value: anyValue }),
);

const version = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(0, -1, null, '0', '-1', '1e9', '999999999', [], {}),
  // Of the history, and behind what was sent already.
  fc.constantFrom('100', '101', '102', '103'),
);
const code = fc.constantFrom<unknown>(410, 404, 400, 401, 403, 429, 500, 504, 0, -1, 410.5, 1e308, '410', null);

const line: fc.Arbitrary<Line> = fc.oneof(
  { weight: 30, arbitrary: fc.record({ type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED'), of: thing }) },
  {
    weight: 15,
    arbitrary: fc.record({ type: fc.oneof(hostileText, fc.constantFrom('BOOKMARK', 'ERROR', 'EXPLODED')), of: thing }),
  },
  {
    weight: 15,
    arbitrary: fc.record({
      text: fc.oneof(
        hostileText,
        fc.constantFrom('', '{"type":"ADDED","object":{"me', 'null', '[]', '{}{}', '\ufeff{}', '['.repeat(50_000)),
      ),
    }),
  },
  { weight: 15, arbitrary: fc.record({ bookmark: version }) },
  {
    weight: 15,
    arbitrary: fc.record({
      error: fc.record(
        {
          code,
          message: fc.oneof(hostileText, fc.constant('m'.repeat(100_000))),
          reason: hostileText,
          kind: hostileText,
        },
        { requiredKeys: [] },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ letters: fc.constantFrom(1_000_000, 20_000_000) }) },
);
export const lines = fc.array(line, { minLength: 1, maxLength: 4 });

const fault: fc.Arbitrary<WireFault> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ is: fc.constantFrom('cut', 'gzip', 'html', 'expired') }) },
  {
    weight: 20,
    arbitrary: fc.record({
      is: fc.constant('status' as const),
      status: fc.constantFrom(201, 204, 301, 400, 401, 403, 404, 409, 410, 429, 500, 503, 599, 999),
      retryAfter: fc.constantFrom('0', '-5', 'soon', '9'.repeat(400), '99999999999', 'Mon, 01 Jan 9999 00:00:00 GMT'),
      body: fc.oneof(hostileText, fc.constant('{"kind":"Status","code":410,"message":7,"reason":[],"details":null}')),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('endless' as const) }) },
);
export const faults = fc.array(fault, { maxLength: 2 });

/** An object of any shape, made of what a good one looks like. */
export function thingOf(given: Thing, good: object): unknown {
  return 'value' in given ? madeOf(given.value) : given.spoilings.reduce<unknown>(spoilt, good);
}

export function bytesOfLine(given: Line, good: object): Buffer {
  if ('text' in given) return Buffer.from(`${given.text.replaceAll('\n', ' ')}\n`);
  if ('letters' in given) return Buffer.alloc(given.letters, 'a').fill('\n', given.letters - 1);
  return Buffer.from(`${JSON.stringify(eventOf(given, good))}\n`);
}

function eventOf(given: Exclude<Line, { text: string } | { letters: number }>, good: object): unknown {
  if ('object' in given) return { type: 'ADDED', object: given.object };
  if ('bookmark' in given) return { type: 'BOOKMARK', object: { metadata: { resourceVersion: given.bookmark } } };
  if ('error' in given) return { type: 'ERROR', object: given.error };
  return { type: given.type, object: thingOf(given.of, good) };
}
