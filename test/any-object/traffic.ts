import fc from 'fast-check';
import { header, host, ip, listOf, name, path, port, wildcard, word, words } from './texts.ts';

/* Fields of services, routes, upstreams and targets. */

type Fields = Readonly<Record<string, unknown>>;

const timeout = fc.integer({ min: 1, max: 2_147_483_646 });
const plain = ['http', 'https', 'ws', 'wss'];
const secure = ['https', 'tls', 'wss'];
const url = fc
  .tuple(
    fc.constantFrom('http', 'https', 'grpc', 'grpcs', 'tcp', 'tls', 'ws', 'wss'),
    host,
    fc.option(port, { nil: undefined }),
    fc.option(path, { nil: undefined }),
  )
  .map(([scheme, at, number, rest]) => {
    const shownPath = plain.includes(scheme) ? (rest ?? '') : '';
    return `${scheme}://${at}${number === undefined ? '' : `:${number}`}${shownPath}`;
  });

export const serviceFields = {
  name,
  protocol: fc.constantFrom('http', 'https', 'grpc', 'grpcs', 'tcp', 'tls', 'tls_passthrough', 'udp', 'ws', 'wss'),
  host,
  port: fc.oneof(port, fc.constant(0)),
  path,
  url,
  retries: fc.integer({ min: 0, max: 32_767 }),
  connect_timeout: timeout,
  read_timeout: timeout,
  write_timeout: timeout,
  enabled: fc.boolean(),
  tls_verify: fc.boolean(),
  tls_verify_depth: fc.integer({ min: 0, max: 64 }),
};

/** Without the fields that the protocol has no use for, which Konnect refuses. */
export function fitService(fields: Fields): Fields {
  const protocol = String(fields['url'] ?? fields['protocol'] ?? 'http').split(':')[0] ?? '';
  const left = [
    ...(plain.includes(protocol) ? [] : ['path']),
    ...(secure.includes(protocol) ? [] : ['tls_verify', 'tls_verify_depth']),
  ];
  return without({ host: 'shop.internal', ...fields }, left);
}

const endpoints = fc.array(
  fc.record({ ip, port }, { requiredKeys: [] }).filter((one) => Object.keys(one).length > 0),
  { minLength: 1, maxLength: 3 },
);
const protocolSets = [['http'], ['https'], ['http', 'https'], ['https', 'http'], ['grpc'], ['grpcs', 'grpc'], ['tcp']];

export const routeFields = {
  name,
  protocols: fc.constantFrom<readonly string[]>(...protocolSets, ['tls', 'tcp', 'udp'], ['tls_passthrough'], ['wss']),
  hosts: listOf(wildcard),
  methods: listOf(fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')),
  paths: listOf(fc.oneof(path, fc.constant('~/v[0-9]+/items$'))),
  headers: fc.dictionary(header, words, { minKeys: 1, maxKeys: 3 }),
  snis: listOf(wildcard),
  sources: endpoints,
  destinations: endpoints,
  https_redirect_status_code: fc.constantFrom(301, 302, 307, 308, 426),
  path_handling: fc.constantFrom('v0', 'v1'),
  preserve_host: fc.boolean(),
  regex_priority: fc.integer({ min: 0, max: 1000 }),
  request_buffering: fc.boolean(),
  response_buffering: fc.boolean(),
  strip_path: fc.boolean(),
};

/** With what each protocol can match by, and without what it can not. */
export function fitRoute(fields: Fields): Fields {
  const protocols = (fields['protocols'] ?? ['http', 'https']) as readonly string[];
  const stream = protocols.some((one) => ['tcp', 'tls', 'udp', 'tls_passthrough'].includes(one));
  const grpc = protocols.some((one) => one.startsWith('grpc'));
  const fitting = without(fields, [
    ...(stream ? ['hosts', 'methods', 'paths', 'headers'] : ['sources', 'destinations']),
    ...(protocols.includes('tls_passthrough') ? ['sources', 'destinations'] : []),
    ...(grpc ? ['methods', ...(fields['strip_path'] === true ? ['strip_path'] : [])] : []),
  ]);
  if (protocols.includes('tls_passthrough')) return { snis: ['a.example.com'], ...fitting };
  return stream ? { sources: [{ ip: '10.0.0.0/8' }], ...fitting } : { paths: ['/fallback'], ...fitting };
}

const count = fc.integer({ min: 0, max: 255 });
const seconds = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(0.5, 1.25, 10.1));
const statuses = fc.uniqueArray(fc.integer({ min: 100, max: 599 }), { minLength: 1, maxLength: 6 });
const type = fc.constantFrom('http', 'https', 'tcp', 'grpc', 'grpcs');
const healthy = { http_statuses: statuses, successes: count };
const unhealthy = { http_statuses: statuses, http_failures: count, tcp_failures: count, timeouts: count };

function some(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  return fc.record(fields, { requiredKeys: [] });
}

const active = some({
  type,
  http_path: path,
  https_sni: host,
  https_verify_certificate: fc.boolean(),
  concurrency: fc.integer({ min: 1, max: 1000 }),
  timeout: seconds,
  headers: fc.dictionary(header, word, { maxKeys: 3 }),
  healthy: some({ ...healthy, interval: seconds }),
  unhealthy: some({ ...unhealthy, interval: seconds }),
});
const passive = some({ type, healthy: some(healthy), unhealthy: some(unhealthy) });

export const upstreamFields = {
  name,
  algorithm: fc.constantFrom('round-robin', 'least-connections', 'consistent-hashing', 'latency'),
  slots: fc.integer({ min: 10, max: 65_536 }),
  hash_on: fc.constantFrom('none', 'ip', 'header', 'cookie', 'query_arg', 'uri_capture', 'path', 'consumer'),
  hash_on_header: header,
  hash_on_cookie: word,
  hash_on_cookie_path: path,
  hash_on_query_arg: word,
  hash_on_uri_capture: word,
  hash_fallback: fc.constantFrom('none', 'ip', 'header', 'query_arg', 'uri_capture', 'path', 'consumer'),
  hash_fallback_header: header.map((text) => `x-${text}`),
  hash_fallback_query_arg: word.map((text) => `${text}2`),
  hash_fallback_uri_capture: word.map((text) => `${text}2`),
  healthchecks: some({ active, passive, threshold: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant(12.5)) }),
  host_header: host,
  client_certificate: fc.constant({ id: 'certificate' }),
  use_srv_name: fc.boolean(),
};

/** With what a hash needs beside its source, and a second source that Konnect lets stand after the first. */
export function fitUpstream(fields: Fields): Fields {
  const first = String(fields['hash_on'] ?? 'none');
  const same = fields['hash_fallback'] === first && !['header', 'query_arg', 'uri_capture'].includes(first);
  const alone = first === 'none' || first === 'cookie';
  return {
    name: 'fallback',
    ...detail('hash_on', first),
    ...(first === 'cookie' ? { hash_on_cookie: 'session', hash_on_cookie_path: '/' } : {}),
    ...detail('hash_fallback', String(fields['hash_fallback'])),
    ...without(fields, alone || same ? ['hash_fallback'] : []),
    // A name for one and for the other, so that they can not be equal.
    ...(fields['hash_on_query_arg'] === undefined
      ? {}
      : { hash_on_query_arg: `${String(fields['hash_on_query_arg'])}1` }),
    ...(fields['hash_on_uri_capture'] === undefined
      ? {}
      : { hash_on_uri_capture: `${String(fields['hash_on_uri_capture'])}1` }),
    ...(String(fields['hash_on_header']).startsWith('x-') ? { hash_on_header: 'y-header' } : {}),
  };
}

function detail(role: string, source: string): Fields {
  return ['header', 'query_arg', 'uri_capture'].includes(source) ? { [`${role}_${source}`]: `${role.slice(5)}0` } : {};
}

export const targetFields = {
  target: fc.oneof(
    host,
    fc.tuple(host, port).map(([at, number]) => `${at}:${number}`),
    fc.ipV6(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.tuple(fc.ipV6(), port).map(([address, number]) => `[${address}]:${number}`),
  ),
  weight: fc.integer({ min: 0, max: 65_535 }),
};

function without(fields: Fields, left: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !left.includes(field)));
}
