import { equal, match, ok } from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { KonnectError } from '../../lib/engine/errors.ts';
import { verdictOf } from '../../lib/engine/verdict.ts';
import { createKonnect } from '../../lib/konnect/client.ts';
import { Sensitive } from '../../lib/sensitive.ts';
import { anyValue, hostileText, madeOf } from './spoil.ts';

/*
 * A Konnect that answers with any bytes: each call ends, with content or with an error that knows its verdict; nothing of the
 * token or of a secret that was sent comes back in a message, no redirect is followed, and no more is read than is held.
 */

const token = 'kpat_canary0123456789';
const secret = 'canary of a private key';
/** More than is read of an answer, and of those to a list, which is asked for in smaller and smaller pages. */
// What a list may hold, and one page more, on which it is seen that it is too much.
const mostSent = (64 + 8) * 1024 * 1024;
const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024));

interface Answer {
  readonly status: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Content;
  readonly length: 'right' | 'less' | 'more' | 'none' | 'chunked' | 'nonsense';
  readonly call: 'GET' | 'PUT' | 'DELETE' | 'list';
}

type Content =
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

const answer: fc.Arbitrary<Answer> = fc.record({
  status,
  headers,
  body: content,
  length: fc.oneof(
    { weight: 6, arbitrary: fc.constant('right' as const) },
    fc.constantFrom('less', 'more', 'none', 'chunked', 'nonsense'),
  ),
  call: fc.constantFrom('GET', 'PUT', 'DELETE', 'list'),
});

/** @returns how many answers were given. */
export async function answers(runs: number, seed: number): Promise<number> {
  await using elsewhere = await listen(() => undefined);
  let next: Answer | undefined;
  const sent = { bytes: 0, pages: 0 };
  await using server = await listen((socket, head) => next && reply(socket, head, next, elsewhere.port, sent));
  const property = fc.asyncProperty(answer, async (one) => {
    next = one;
    sent.bytes = 0;
    sent.pages = 0;
    await asked(server.port, one);
    ok(sent.bytes < mostSent, `${sent.bytes} bytes were taken`);
    ok(sent.pages <= 1001, `${sent.pages} pages were asked for`);
    equal(elsewhere.connections(), 0, 'a redirect was followed');
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
  return runs;
}

async function asked(port: number, one: Answer): Promise<void> {
  const logged: unknown[] = [];
  const write = (message: string, fields?: object) => void logged.push({ message, ...fields });
  const konnect = createKonnect({
    allowedHosts: [],
    clock: { now: () => new Date('2026-03-01T12:00:00Z') },
    log: { debug: write, info: write, warn: write, error: write },
    userAgent: 'test',
    endpointURL: `http://127.0.0.1:${port}`,
    timeoutMs: 300,
  });
  const account = { token: new Sensitive(token), serverURL: 'https://us.api.konghq.com', organizationId: 'o' };
  const path = '/v2/control-planes/c/core-entities/certificates';
  try {
    if (one.call === 'list') for await (const _ of konnect.list(account, { path })) void _;
    else
      await konnect.call(account, {
        method: one.call,
        path: `${path}/i`,
        ...(one.call === 'PUT' ? { body: { key: secret } } : {}),
      });
  } catch (error) {
    ok(
      error instanceof KonnectError,
      `not an error of this client: ${error instanceof Error ? error.stack : String(error)}`,
    );
    const { is } = verdictOf(error);
    ok(is === 'retry' || is === 'terminal', is);
    ok(Buffer.byteLength(error.message) <= 1024 && error.message !== '', 'the message is empty or too long');
    const { retryAfterSeconds: seconds } = error;
    ok(
      seconds === undefined || (Number.isInteger(seconds) && seconds >= 1 && seconds <= 43_200),
      `Retry-After: ${seconds}`,
    );
    for (const text of [error.message, String(error.traceId)]) refuseCanary(text, one);
    match(error.message, /^[^\p{Cc}]*$/u);
  } finally {
    await konnect.close();
  }
  refuseCanary(JSON.stringify(logged), one);
}

/** What was not sent can not be known for a secret. */
function refuseCanary(text: string, { call }: Answer): void {
  const secrets = [token, Buffer.from(token).toString('base64'), ...(call === 'PUT' ? [secret] : [])];
  const leaks = secrets.filter((one) => text.includes(one));
  equal(leaks.length, 0, `a secret came back: ${text.slice(0, 300)}`);
}

function reply(
  socket: Socket,
  head: string,
  one: Answer,
  elsewhere: number,
  sent: { bytes: number; pages: number },
): void {
  sent.pages += 1;
  const bytes = bytesOf(one.body, head, sent.pages);
  const lengths: Readonly<Record<Answer['length'], string>> = {
    right: `content-length: ${bytes.length}`,
    less: `content-length: ${Math.floor(bytes.length / 2)}`,
    more: `content-length: ${bytes.length + 10}`,
    none: 'connection: close',
    chunked: 'transfer-encoding: chunked',
    nonsense: 'content-length: -1',
  };
  const endless = 'endless' in one.body;
  const lines = [
    `HTTP/1.1 ${one.status} Nonsense`,
    `location: http://127.0.0.1:${elsewhere}/`,
    ...('bomb' in one.body ? ['content-encoding: gzip'] : []),
    ...one.headers.map(([name, value]) => `${name}: ${value}`),
    endless ? 'connection: close' : lengths[one.length],
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
  if (endless) pour(socket, sent);
  else {
    sent.bytes += bytes.length;
    socket.end(bytes);
  }
}

/** Until the other side has enough, and never more than it takes. */
function pour(socket: Socket, sent: { bytes: number }): void {
  const chunk = Buffer.alloc(256 * 1024, 'a');
  const more = (): void => {
    while (!socket.destroyed && sent.bytes < mostSent) {
      sent.bytes += chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}

function bytesOf(body: Content, head: string, nth: number): Buffer {
  if ('bomb' in body) return bomb;
  if ('endless' in body) return Buffer.alloc(0);
  if ('text' in body) return Buffer.from(body.text);
  if ('value' in body) return Buffer.from(JSON.stringify(madeOf(body.value)) ?? '');
  if ('error' in body) return Buffer.from(JSON.stringify(errorOf(body.error, body.said)));
  const items = madeOf(body.items);
  const asked = /page%5Bnumber%5D=(\d+)/.exec(head)?.[1] ?? '1';
  const pages = {
    offset: { data: items, offset: `o${nth}` },
    same: { data: items, offset: 'again' },
    cursor: { data: items, meta: { page: { next: `/x?page[after]=${nth}` } } },
    number: { data: [items], meta: { page: { number: Number(asked), size: 1, total: 1e12 } } },
  };
  return Buffer.from(JSON.stringify(pages[body.page]));
}

function errorOf(family: 'problem' | 'core' | 'plain', said: string): unknown {
  const instance = said;
  if (family === 'problem') {
    return {
      status: said,
      title: said,
      detail: said,
      instance,
      invalid_parameters: [{ field: said, reason: said, rule: said, choices: [said, { said }] }],
    };
  }
  return family === 'core'
    ? { code: 3, message: said, details: [{ type: said, field: said, messages: [said, 7, null] }] }
    : { message: said };
}

interface Listener extends AsyncDisposable {
  readonly port: number;
  connections(): number;
}

/** Calls back with each request's head, once all of the request is there. */
async function listen(onRequest: (socket: Socket, head: string) => void): Promise<Listener> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let text = '';
    socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end === -1 || text.length < end + 4 + length) return;
      const head = text.slice(0, end);
      text = '';
      onRequest(socket, head);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port, // listening on TCP, so it is an AddressInfo
    connections: () => count,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
