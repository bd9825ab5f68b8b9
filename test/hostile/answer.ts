import fc from 'fast-check';
import { anyValue, hostileText, type madeOf } from './spoil.ts';

/* What a hostile Konnect may answer with. */

export const token = 'kpat_canary0123456789';
export const secret = 'canary of a private key';

export interface Answer {
  readonly status: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Content;
  readonly length: 'right' | 'less' | 'more' | 'none' | 'chunked' | 'nonsense';
  readonly call: 'GET' | 'PUT' | 'DELETE' | 'list';
}

export type Content =
  | { readonly value: Parameters<typeof madeOf>[0] }
  | { readonly text: string }
  | { readonly error: 'problem' | 'core' | 'plain'; readonly said: string }
  | { readonly page: 'offset' | 'cursor' | 'number' | 'same'; readonly items: Parameters<typeof madeOf>[0] }
  | { readonly bomb: true }
  | { readonly endless: true };

const quoting = fc.constantFrom(
  token,
  `Bearer ${token}`,
  secret,
  Buffer.from(token).toString('base64'),
  JSON.stringify({ key: secret }),
  encodeURIComponent(secret),
);
const said = fc.oneof(
  hostileText,
  quoting,
  fc.tuple(hostileText, quoting).map((parts) => parts.join(' ')),
);
const page = fc.constantFrom('offset' as const, 'cursor' as const, 'number' as const, 'same' as const);

const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 30, arbitrary: fc.record({ value: anyValue }) },
  {
    weight: 20,
    arbitrary: fc.record({
      text: fc.oneof(
        said,
        fc.constantFrom('<html><h1>502</h1></html>', '{"id":"a","na', '', 'null', '\ufeff{}', '{"id":1}{}'),
      ),
    }),
  },
  { weight: 30, arbitrary: fc.record({ error: fc.constantFrom('problem', 'core', 'plain'), said }) },
  { weight: 20, arbitrary: fc.record({ page, items: anyValue }) },
  { weight: 1, arbitrary: fc.record({ bomb: fc.constant(true as const) }) },
  { weight: 1, arbitrary: fc.record({ endless: fc.constant(true as const) }) },
);

const status = fc.oneof(
  fc.constantFrom(
    '200',
    '201',
    '204',
    '301',
    '302',
    '307',
    '308',
    '400',
    '401',
    '403',
    '404',
    '409',
    '429',
    '500',
    '502',
    '503',
  ),
  fc.integer({ min: 200, max: 999 }).map(String),
  fc.constantFrom('', '0', '99', '-1', 'OK', '1000', '101', '100'),
);

const headerText = fc.oneof(
  fc.constantFrom(
    '0',
    '-1',
    '1e9',
    '99999999999999999999',
    'NaN',
    'Infinity',
    'Mon, 01 Jan 9999 00:00:00 GMT',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'soon',
    '',
    '120',
  ),
  quoting,
  fc.string({ maxLength: 30 }).map((value) => value.replaceAll(/[\r\n\0]/g, ' ')),
  fc.constant('h'.repeat(20_000)),
);

const headers = fc.array(
  fc.tuple(
    fc.constantFrom(
      'retry-after',
      'content-type',
      'content-encoding',
      'x-kong-request-id',
      'set-cookie',
      'ratelimit-reset',
      'connection',
    ),
    headerText,
  ),
  { maxLength: 4 },
);

export const answer: fc.Arbitrary<Answer> = fc.record({
  status,
  headers,
  body: content,
  length: fc.oneof(
    { weight: 6, arbitrary: fc.constant('right' as const) },
    fc.constantFrom('less', 'more', 'none', 'chunked', 'nonsense'),
  ),
  call: fc.constantFrom('GET', 'PUT', 'DELETE', 'list'),
});
