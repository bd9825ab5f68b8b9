import type { Body } from '../../schema.ts';

/** Protocols that may stand together in one route; no two groups mix. */
const protocolGroups = [
  ['http', 'https'],
  ['tcp', 'tls', 'udp'],
  ['tls_passthrough'],
  ['grpc', 'grpcs'],
  ['ws', 'wss'],
];

/** What a route of each protocol matches by; at least one of them must be set. */
const matchers: Readonly<Record<string, readonly string[]>> = {
  http: ['methods', 'hosts', 'headers', 'paths'],
  https: ['methods', 'hosts', 'headers', 'paths', 'snis'],
  grpc: ['hosts', 'headers', 'paths'],
  grpcs: ['hosts', 'headers', 'paths', 'snis'],
  ws: ['hosts', 'headers', 'paths'],
  wss: ['hosts', 'headers', 'paths', 'snis'],
  tcp: ['sources', 'destinations'],
  udp: ['sources', 'destinations'],
  tls: ['sources', 'destinations', 'snis'],
  tls_passthrough: ['snis'],
};

/** Matchers that a route by expression replaces, and those that HTTP or stream routes have no use for. */
const traditional = ['methods', 'hosts', 'headers', 'paths', 'snis', 'sources', 'destinations', 'regex_priority'];
const streamOnly = ['sources', 'destinations'];
const httpOnly = ['methods', 'hosts', 'headers', 'paths'];

/** The rules across the fields of a route; defaults are filled in already. */
export function routeRules(fields: Body): readonly string[] {
  const chosen = textsIn(fields['protocols']);
  const mixed = !protocolGroups.some((group) => chosen.every((protocol) => group.includes(protocol)));
  if (mixed) return [`protocols [${chosen.join(', ')}] cannot be used together`];
  return [
    ...(fields['expression'] === undefined ? traditionalRules(fields, chosen) : expressionRules(fields)),
    ...grpcRules(fields, chosen),
  ];
}

function traditionalRules(fields: Body, chosen: readonly string[]): readonly string[] {
  const unmatched = chosen
    .filter((protocol) => !(matchers[protocol] ?? []).some((field) => isSet(fields[field])))
    .map((protocol) => `must set one of ${quoted(matchers[protocol] ?? [])} when 'protocols' has '${protocol}'`);
  const stream = chosen.some((protocol) => ['tcp', 'tls', 'udp', 'tls_passthrough'].includes(protocol));
  const useless = (stream ? httpOnly : streamOnly).filter((field) => isSet(fields[field]));
  const priority = fields['priority'] === undefined ? [] : ["cannot set 'priority' without 'expression'"];
  return [
    ...unmatched,
    ...useless.map((field) => `cannot set '${field}' when 'protocols' is ${quoted(chosen)}`),
    ...priority,
  ];
}

function expressionRules(fields: Body): readonly string[] {
  return traditional.filter((field) => isSet(fields[field])).map((field) => `cannot set '${field}' with 'expression'`);
}

function grpcRules(fields: Body, chosen: readonly string[]): readonly string[] {
  if (!chosen.includes('grpc') && !chosen.includes('grpcs')) return [];
  return [
    ...(fields['strip_path'] === true ? ["'strip_path' must be false when 'protocols' is 'grpc' or 'grpcs'"] : []),
    ...(isSet(fields['methods']) ? ["cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'"] : []),
  ];
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== undefined;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
