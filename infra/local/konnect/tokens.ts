import { createHash } from 'node:crypto';
import type { Grant, KonnectState } from './state.ts';

const shownDigits = 16;

export type TokenKind = 'user' | 'system';

/** What the Authorization header of a request amounts to. */
export interface Bearer {
  readonly hash: string;
  readonly kind: TokenKind;
  readonly grant: Grant;
}

/** SHA-256 in hex; the only form in which tokens are kept. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** A short form for records: enough to tell two tokens apart, useless to anybody else. */
export function shortHash(authorization: string | undefined): string | undefined {
  const token = tokenIn(authorization);
  return token === undefined ? undefined : hashOf(token).slice(0, shownDigits);
}

/** The bearer of a known token; undefined when the header is missing, is no Konnect token, or the token is unknown or revoked. */
export function bearerOf(state: KonnectState, authorization: string | undefined): Bearer | undefined {
  const token = tokenIn(authorization);
  if (token === undefined) return undefined;
  const hash = hashOf(token);
  const grant = state.grants.get(hash);
  if (grant === undefined) return undefined;
  return { hash, kind: token.startsWith('kpat_') ? 'user' : 'system', grant };
}

function tokenIn(authorization: string | undefined): string | undefined {
  return /^Bearer ((?:kpat_|spat_)\S+)$/i.exec(authorization ?? '')?.[1];
}
