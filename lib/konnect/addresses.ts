import { BlockList, type IPVersion, isIPv6, type LookupFunction } from 'node:net';
import { once } from '../once.ts';

/** A name that allow-listing let pass turned out to lead inside: never connected to. */
export class InternalAddress extends Error {
  override readonly name = 'InternalAddress';
  readonly code = 'INTERNAL_ADDRESS';

  constructor(host: string) {
    super(`${host} resolves to an internal address`);
  }
}

type Subnet = readonly [network: string, prefix: number];

// The special-purpose registries of IANA: everything that is not the public internet.
const internal = listOf('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);

// Only global unicast is public in IPv6; of that, the tunnels that can carry an internal IPv4 address are not.
const publicV6 = listOf('ipv6', [['2000::', 3]]);
const tunnels = listOf('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
]);
const nat64 = listOf('ipv6', [['64:ff9b::', 96]]);

/** A list that is made when it is first looked into: most servers are Konnect's own, and are known by their names. */
function listOf(family: IPVersion, subnets: readonly Subnet[]): (address: string) => boolean {
  const list = once(() => {
    const made = new BlockList();
    for (const [network, prefix] of subnets) made.addSubnet(network, prefix, family);
    return made;
  });
  return (address) => list().check(address, family);
}

/** True for loopback, private, link-local, metadata, multicast and reserved addresses, also in IPv6 clothes. */
export function isInternalAddress(address: string): boolean {
  if (!isIPv6(address)) return internal(address);
  const embedded = nat64(address) || /^::ffff:/i.test(address) ? embeddedV4(address) : undefined;
  if (embedded !== undefined) return internal(embedded);
  return !publicV6(address) || tunnels(address);
}

/**
 * A `lookup` for sockets that refuses names with any internal address. It guards the connection itself, so a name that
 * changes its answer between a check and the use of it (DNS rebinding) gains nothing.
 */
export function guarded(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      const found = Array.isArray(address) ? address.map((entry) => entry.address) : [address];
      if (error === null && found.some(isInternalAddress)) callback(new InternalAddress(hostname), '', 0);
      else callback(error, address, family);
    });
  };
}

// The URL parser writes every IPv6 address in one form, the last 32 bits being its last two groups.
function embeddedV4(address: string): string | undefined {
  const plain = address.replace(/%.*$/, '');
  if (!URL.canParse(`http://[${plain}]`)) return undefined;
  const groups = new URL(`http://[${plain}]`).hostname.slice(1, -1).split(':').slice(-2);
  const [high = 0, low = 0] = groups.map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
