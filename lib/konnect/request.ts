import { createHash } from 'node:crypto';
import { KonnectError, Terminal } from '../engine/errors.ts';
import type { Account, KonnectCall } from '../engine/ports.ts';
import type { Asked } from './errors.ts';
import { secretsIn } from './redact.ts';
import { basePathOf, globalServerURL, normaliseServerURL } from './server-url.ts';
import type { HttpRequest } from './transport.ts';

/** The request of a call, and what of it messages may say. */
export interface PreparedCall {
  readonly request: HttpRequest;
  readonly redacted: Asked;
}

/**
 * Puts a call into HTTP.
 * @throws {KonnectError} `unauthenticated` where the token could not be a header
 * @throws {Terminal} where the server is not one that this deployment may call, or an id or a name in the path is endless
 */
export function requestOf(
  account: Account,
  { method, path, query = {}, body, secrets = [], host = 'regional' }: KonnectCall,
  { allowedHosts, userAgent }: { readonly allowedHosts: readonly string[]; readonly userAgent: string },
): PreparedCall {
  assertPath(path);
  refuseEndless(path);
  const regional = normaliseServerURL(account.serverURL, { allowedHosts });
  const serverURL = host === 'global' ? globalServerURL(regional) : regional;
  const token = account.token.reveal();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new KonnectError('the token is empty or holds characters that no Konnect token has: store it again', {
      failure: 'unauthenticated',
    });
  }
  const search = Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query)}`;
  const headers = { accept: 'application/json', authorization: `Bearer ${token}`, 'user-agent': userAgent };
  return {
    request: {
      serverURL,
      method,
      path: `${basePathOf(serverURL)}${path}${search}`,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    },
    // A gateway may quote the token as it decoded or encoded it.
    redacted: {
      method,
      path,
      secrets: [token, Buffer.from(token).toString('base64'), ...secretsIn(body), ...secrets],
    },
  };
}

/** Who shares a rate budget: the organisation, or the token as long as its organisation is not known. */
export function accountKey({ organizationId, token }: Account): string {
  if (organizationId !== undefined) return organizationId;
  return `token:${createHash('sha256').update(token.reveal()).digest('base64url')}`;
}

// Paths come from our own code, so a wrong one is a defect and no answer: it must not look like one of Konnect's.
function assertPath(path: string): void {
  const segments = path.split('/').slice(1);
  const sound =
    path.startsWith('/') && segments.every((segment) => /^(?!\.{1,2}$)[\w.~!$&'()*+,;=:@%-]+$/.test(segment));
  if (!sound) throw new TypeError(`"${path}" is no encoded Konnect path: build it with pathOf`);
}

/** Characters. Servers cut the connection where a request line is too long, which looks like a fault that passes. */
const longestPath = 4096;

function refuseEndless(path: string): void {
  if (path.length <= longestPath) return;
  throw new Terminal(
    `an id or a name of ${path.length} characters can not be part of a Konnect path (${path.slice(0, 80)}…): correct it`,
  );
}
