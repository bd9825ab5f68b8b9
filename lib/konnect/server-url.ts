import { isIP } from 'node:net';
import { Terminal } from '../engine/errors.ts';

export interface ServerRules {
  /** Hosts beside Konnect's own that this deployment may call, exact: `host` or `host:port`. */
  readonly allowedHosts: readonly string[];
}

const konnectHost = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+konghq\.(com|tech)$/;
const regionalHost = /^([a-z]{2}|global)\.api\.konghq\.(com|tech)$/;
// Kong documents `https://<region>.svc.konghq.com/api` for AWS PrivateLink: the one server URL that has a path.
const privateLinkHost = /^([a-z]{2}|global)\.svc\.konghq\.(com|tech)$/;

/**
 * Turns `spec.serverURL` into `https://<host>[:port]`: what is compared, stored and shown in a status.
 * Takes a bare host or an https URL. Since a token is sent there, only hosts of Konnect and of the deployment's
 * allow-list pass; user information, queries, fragments, paths and addresses in place of names do not.
 * @throws {Terminal} saying what is wrong and what is allowed.
 */
export function normaliseServerURL(input: string, rules: ServerRules): string {
  const { authority, path } = split(input.trim());
  const host = canonicalHost(authority);
  if (host === undefined) throw refused('holds no valid host name');
  const pathAllowed = path === '' || (path === '/api' && privateLinkHost.test(host));
  if (!pathAllowed) throw refused(`for host ${host} must have no path`);
  if (!isExplicitlyAllowed(host, rules) && !konnectHost.test(host)) throw foreign(host, rules);
  return `https://${host}`;
}

/** True where the deployment itself names the host, and so vouches for the addresses that it resolves to. */
export function isExplicitlyAllowed(host: string, rules: ServerRules): boolean {
  return rules.allowedHosts.some((allowed) => canonicalHost(allowed.trim()) === host);
}

/**
 * The server for what Konnect serves on its global host only (identity, cloud gateways): `https://global.api.konghq.com`.
 * A host that is not `<region>.api.konghq.(com|tech)` stays itself: a stand-in or private host serves all paths, or none.
 * @param serverURL normalised
 */
export function globalServerURL(serverURL: string): string {
  const host = hostOf(serverURL);
  return regionalHost.test(host) ? `https://global.${host.slice(host.indexOf('.') + 1)}` : serverURL;
}

/**
 * The region that the first DNS label names: two lower-case letters or `global`, for whatever domain follows.
 * @param serverURL normalised
 */
export function regionOf(serverURL: string): string | undefined {
  return /^([a-z]{2}|global)\.[^.]+\./.exec(hostOf(serverURL))?.[1];
}

/** What precedes every path of the API on that server: `/api` on private-link hosts, otherwise nothing. */
export function basePathOf(serverURL: string): '' | '/api' {
  return privateLinkHost.test(hostOf(serverURL)) ? '/api' : '';
}

/** `host[:port]` of a normalised server URL. */
export function hostOf(serverURL: string): string {
  return serverURL.slice('https://'.length);
}

// Split by hand before any URL parser sees it: the WHATWG parser silently drops tabs and reads `\` as `/`.
function split(input: string): { readonly authority: string; readonly path: string } {
  if (input === '') throw refused('is empty');
  if (/^(kpat|spat)_/i.test(input)) throw refused('holds what looks like a token, which belongs in the token field');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(input);
  if (scheme !== null && scheme[1]?.toLowerCase() !== 'https') throw refused('must use https');
  const rest = input.slice(scheme?.[0].length ?? 0);
  // The value is not quoted in these messages: user information and queries are where secrets are put.
  if (rest.includes('@')) throw refused('must not hold user information');
  if (rest.includes('?')) throw refused('must not hold a query');
  if (rest.includes('#')) throw refused('must not hold a fragment');
  if (/[\s\\%\p{Cc}]/u.test(rest)) throw refused('holds a character that no host name has');
  const slash = rest.indexOf('/');
  if (slash === -1) return { authority: rest, path: '' };
  return { authority: rest.slice(0, slash), path: rest.slice(slash).replace(/\/$/, '') };
}

/** Lower case, punycode, no root dot, no default port; undefined where it is no `host[:port]`. */
function canonicalHost(authority: string): string | undefined {
  if (!/^[^/?#@\\%\s]+$/.test(authority) || !URL.canParse(`https://${authority}`)) return undefined;
  const { hostname, port } = new URL(`https://${authority}`);
  const name = hostname.replace(/\.$/, '');
  // An address may be spelled `127.1`, `0x7f000001` or `2130706433`; the parser has made it a dotted quad by now.
  const address = isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
  if (!address && !/^(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(name)) return undefined;
  return port === '' ? name : `${name}:${port}`;
}

function foreign(host: string, { allowedHosts }: ServerRules): Terminal {
  const extra = allowedHosts.length === 0 ? 'none' : allowedHosts.join(', ');
  return refused(`names the host ${host}, which this deployment may not call (also allowed: ${extra})`);
}

function refused(what: string): Terminal {
  return new Terminal(
    `serverURL ${what}: set it to the API of the account's region, such as https://us.api.konghq.com ` +
      '(*.konghq.com and *.konghq.tech on port 443), or have the host added to the allowed hosts of the deployment',
  );
}
