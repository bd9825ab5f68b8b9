import { isIPv6 } from 'node:net';

const defaultPort = 8000;

/**
 * An address as Konnect keeps it: with a port, 8000 where it has none, and an IPv6 address in full and in brackets.
 * What is no address stays as it is.
 */
export function wholeAddress(text: string): string {
  const bracketed = /^\[(?<host>.+)\](?::(?<port>\d+))?$/.exec(text)?.groups;
  if (bracketed !== undefined) return withPort(ipv6(bracketed['host'] ?? ''), bracketed['port']);
  if (isIPv6(text)) return withPort(ipv6(text), undefined);
  const [host = '', port, ...rest] = text.split(':');
  return rest.length > 0 ? text : withPort(host, port);
}

function withPort(host: string, port: string | undefined): string {
  return `${host}:${port === undefined ? defaultPort : Number(port)}`;
}

function ipv6(address: string): string {
  if (!isIPv6(address)) return `[${address}]`;
  const [head = [], tail] = address.toLowerCase().split('::').map(groupsOf);
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...(tail ?? [])];
  return `[${groups.map((group) => group.padStart(4, '0')).join(':')}]`;
}

function groupsOf(part: string): readonly string[] {
  return part === '' ? [] : part.split(':').flatMap(ofGroup);
}

/** An IPv4 address at the end stands for two groups. */
function ofGroup(group: string): readonly string[] {
  if (!group.includes('.')) return [group];
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}
