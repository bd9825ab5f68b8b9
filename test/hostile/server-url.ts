import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { LookupFunction } from 'node:net';
import fc from 'fast-check';
import { KonnectError, Terminal } from '../../lib/engine/errors.ts';
import { isInternalAddress } from '../../lib/konnect/addresses.ts';
import { createKonnect } from '../../lib/konnect/client.ts';
import { globalServerURL, normaliseServerURL } from '../../lib/konnect/server-url.ts';
import { Sensitive } from '../../lib/sensitive.ts';

/*
 * Server URLs made to lead elsewhere than they seem to: whatever is let through names a host of Konnect or of the
 * deployment's list, to every parser, and the name is all that a connection is made from.
 */

const allowed = ['konnect.example.com', '127.0.0.1:9443', '[fd00::1]:9443'];
const allowedOrigins = ['https://konnect.example.com', 'https://127.0.0.1:9443', 'https://[fd00::1]:9443'];

const scheme = fc.constantFrom(
  '',
  'https://',
  'HTTPS://',
  'http://',
  'https:',
  'https:/',
  'https:\\\\',
  '//',
  'ftp://',
  'javascript:',
  ' https://',
);
const good = fc.constantFrom(
  'us.api.konghq.com',
  'eu.api.konghq.tech',
  'global.api.konghq.com',
  'US.API.KONGHQ.COM',
  'us.svc.konghq.com',
  ...allowed,
);
const evil = fc.oneof(
  fc.constantFrom(
    'evil.example',
    'evilkonghq.com',
    'konghq.com.evil.example',
    'localhost',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '127.1',
    '0',
    '[::1]',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[fd00:ec2::254]',
    '[fe80::1%25eth0]',
    '①②⑦.⓪.⓪.①',
    'us.api.kоnghq.com',
    'us.api.konghq.com。evil.example',
    'us.api.konghq。com',
    'ｋonghq.com',
    'xn--konghq-com.evil.example',
    'metadata.google.internal',
  ),
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.domain(),
);
const glue = fc.constantFrom(
  '',
  '@',
  ':@',
  ':pass@',
  '.',
  '..',
  ':',
  ':443',
  ':9443',
  ':80',
  '/',
  '//',
  '\\',
  '#',
  '?',
  '%2f',
  '%40',
  '%00',
  '\t',
  '\n',
  '\r\n',
  '\u0000',
  '\u00ad',
  '\u200b',
  '\u2024',
  '\u3002',
  '\uff0e',
  '\u2044',
  '\uff0f',
  ';',
  ',',
  ' ',
  '&',
  '/api',
  '/v2',
  '/../',
  '/%2e%2e/',
);
const text = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(scheme, fc.array(fc.oneof(good, evil, glue), { minLength: 1, maxLength: 6 }))
      .map(([first, rest]) => first + rest.join('')),
  },
  { weight: 2, arbitrary: fc.tuple(scheme, good, glue, evil, glue).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.webUrl({ withFragments: true, withQueryParameters: true }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom(5000, 100_000).map((length) => `https://${'a.'.repeat(length)}konghq.com`) },
);

/** @returns how many texts were tried. */
export async function serverURLs(runs: number, seed: number): Promise<number> {
  fc.assert(fc.property(text, leadsHome), { numRuns: runs, seed, endOnFailure: true });
  const numRuns = Math.ceil(runs / 50);
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(...evilAddresses));
  const property = fc.asyncProperty(address, fc.constantFrom(...hosts), fc.boolean(), reached);
  await fc.assert(property, { numRuns, seed, endOnFailure: true });
  return runs + numRuns;
}

function leadsHome(given: string): void {
  let url: string;
  try {
    url = normaliseServerURL(given, { allowedHosts: allowed });
  } catch (error) {
    ok(error instanceof Terminal, `not a refusal: ${String(error)}`);
    ok(error.message.length < 2000, 'the refusal is as long as what is refused');
    return;
  }
  for (const one of [url, globalServerURL(url)]) {
    const { origin, protocol, username, password, pathname, search, hash, hostname } = new URL(one);
    deepEqual([origin, protocol, username, password, pathname, search, hash], [one, 'https:', '', '', '/', '', '']);
    if (!allowedOrigins.includes(origin)) match(hostname, /^([a-z0-9-]+\.)+konghq\.(com|tech)$/);
    if (!allowedOrigins.includes(origin)) equal(new URL(one).port, '');
  }
  equal(normaliseServerURL(url, { allowedHosts: allowed }), url);
}

const evilAddresses = [
  '169.254.169.254',
  '127.0.0.1',
  '::1',
  '::ffff:10.0.0.1',
  'fd00:ec2::254',
  'fe80::1',
  '0.0.0.0',
  '::',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
];
const publicAddress = { address: '34.120.0.1', family: 4 };
const hosts = ['us.api.konghq.com', 'konnect.example.com'] as const;

/** A name that resolves to the address: one of Konnect's is never connected to inside, one of the deployment's list may be. */
async function reached(address: string, host: (typeof hosts)[number], besidePublic: boolean): Promise<void> {
  const asked: string[] = [];
  const isInside = isInternalAddress(address);
  ok(isInside || !evilAddresses.includes(address), `${address} is taken for an address of the internet`);
  const lookup: LookupFunction = (name, _, callback) => {
    asked.push(name);
    // No connection is made: what is let through ends here.
    if (host !== 'us.api.konghq.com' || !isInside)
      callback(Object.assign(new Error('let through'), { code: 'LET' }), '', 0);
    else callback(null, [...(besidePublic ? [publicAddress] : []), { address, family: address.includes(':') ? 6 : 4 }]);
  };
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const clock = { now: () => new Date() };
  const konnect = createKonnect({ allowedHosts: allowed, clock, log, userAgent: 'test', lookup, timeoutMs: 2000 });
  const account = { token: new Sensitive('kpat_canary'), serverURL: `https://${host}` };
  try {
    await konnect.call(account, { method: 'GET', path: '/v2/control-planes' });
    ok(false, 'an answer came from nowhere');
  } catch (error) {
    ok(error instanceof KonnectError, String(error));
    deepEqual(asked, [host]);
    if (host === 'us.api.konghq.com' && isInside) match(error.message, /internal address/);
    else match(error.message, /LET/);
  } finally {
    await konnect.close();
  }
}
