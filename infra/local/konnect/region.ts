/** The regions of Konnect; `global` hosts identity and cloud gateways. */
export type Region = 'us' | 'eu' | 'au' | 'me' | 'in' | 'sg';

const regions: readonly string[] = ['us', 'eu', 'au', 'me', 'in', 'sg'] satisfies readonly Region[];

/**
 * The region a Host header asks for (`eu.api.konghq.com` → `eu`); undefined for the global host, a loopback address and
 * anything else that names none. A request without a region sees the control planes of all.
 */
export function regionOf(host: string): Region | undefined {
  const [label = '', ...rest] = host.toLowerCase().split('.');
  return rest.length > 0 && isRegion(label) ? label : undefined;
}

function isRegion(label: string): label is Region {
  return regions.includes(label);
}
