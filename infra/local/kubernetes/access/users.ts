import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Who sent a request. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A user with a bearer token. */
export interface UserToken extends User {
  readonly token: string;
}

/** The name of the user that is always made, a member of system:masters. */
export const admin = 'kubernetes-admin';

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** The administrator with a random token. */
export function makeAdmin(): UserToken {
  return { name: admin, groups: ['system:masters'], token: randomBytes(32).toString('base64url') };
}

function equal(left: string, right: string): boolean {
  const [one, two] = [Buffer.from(left), Buffer.from(right)];
  return one.length === two.length && timingSafeEqual(one, two);
}

/**
 * The user of an Authorization header: anonymous without one, undefined for a token that nobody has. A token of the form
 * of a service account's name makes its user a member of the service account groups too.
 */
export function authenticate(header: string | undefined, users: readonly UserToken[]): User | undefined {
  if (header === undefined) return anonymous;
  const [scheme = '', token = ''] = header.split(' ');
  if (scheme.toLowerCase() !== 'bearer') return anonymous;
  const found = users.find((user) => equal(user.token, token));
  if (found === undefined) return undefined;
  return { name: found.name, groups: [...found.groups, ...serviceAccountGroups(found.name), 'system:authenticated'] };
}

function serviceAccountGroups(name: string): readonly string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name) ?? [];
  return namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
