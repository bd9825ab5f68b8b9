import { isIPv4, isIPv6 } from 'node:net';
import type { EntityType } from '../entity-type.ts';
import { fieldDetail } from '../refusals.ts';
import { referenceField } from './common.ts';

const defaultPort = 8000;
const maxPort = 65_535;
const hostname = /^[0-9A-Za-z_](?:[0-9A-Za-z_-]*[0-9A-Za-z_])?(?:\.[0-9A-Za-z_](?:[0-9A-Za-z_-]*[0-9A-Za-z_])?)*$/;

/** A target has no path of its own; the list of all targets is a read-only extra of Konnect, `target-list.ts`. */
export const target: EntityType = {
  collection: 'targets',
  name: 'target',
  properties: {
    target: { type: 'string', minLength: 1, maxLength: 256 },
    weight: { type: 'integer', minimum: 0, maximum: 65_535 },
    failover: { type: 'boolean' },
    upstream: referenceField,
  },
  required: ['target', 'upstream'],
  defaults: () => ({ weight: 100, failover: false }),
  keys: [['target', 'upstream']],
  references: [{ field: 'upstream', to: 'upstreams', onDelete: 'cascade', disputed: true, nested: 'targets' }],
  served: 'nothing',
  rules: ({ target: address }) =>
    normalAddress(String(address)) === undefined
      ? [fieldDetail('target', [`not a valid hostname or ip address: '${address}'`])]
      : [],
  derive: (fields) => ({ ...fields, target: normalAddress(String(fields['target'])) }),
  limit: 10_000,
};

/** `host:port` as Konnect stores it: port 8000 unless given, IPv6 in full and in brackets; undefined for what is no address. */
export function normalAddress(text: string): string | undefined {
  const [host, port] = split(text);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= maxPort)) return undefined;
  const suffix = `:${port === undefined ? defaultPort : Number(port)}`;
  if (isIPv6(host)) return `[${expanded(host)}]${suffix}`;
  if (/^[0-9.]+$/.test(host)) return isIPv4(host) ? host + suffix : undefined;
  return hostname.test(host) ? host + suffix : undefined;
}

function split(text: string): readonly [host: string, port: string | undefined] {
  const bracketed = /^\[(.*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) return [isIPv6(bracketed[1] ?? '') ? (bracketed[1] ?? '') : '', bracketed[2]];
  if (isIPv6(text)) return [text, undefined];
  const [host = '', port, ...rest] = text.split(':');
  return rest.length > 0 ? ['', undefined] : [host, port];
}

/** `::1` → eight groups of four digits. */
function expanded(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = (part: string | undefined) => (part === undefined || part === '' ? [] : part.split(':').flatMap(hex));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join(':');
}

/** An IPv4 address at the end of an IPv6 one stands for two groups. */
function hex(group: string): readonly string[] {
  if (!group.includes('.')) return [group];
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}
