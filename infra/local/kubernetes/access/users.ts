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

/** The tokens that are valid: those of users, and those that were issued for a time. */
export interface Tokens {
  /** A new token of a user that is valid until a time. */
  issue(name: string, until: Date): string;
  find(token: string): User | undefined;
}

/** Tokens of fixed users; issued ones are looked up by the clock. */
export function createTokens(users: readonly UserToken[], clock: () => Date): Tokens {
  const fixed = new Map(users.map((user) => [user.token, user]));
  const issued: { readonly user: UserToken; readonly until: Date }[] = [];
  return {
    issue(name, until) {
      const user = { name, groups: [], token: randomBytes(32).toString('base64url') };
      issued.push({ user, until });
      return user.token;
    },
    find(token) {
      const known = fixed.get(token);
      if (known !== undefined) return known;
      const now = clock().getTime();
      return issued.find(({ user, until }) => until.getTime() > now && equal(user.token, token))?.user;
    },
  };
}

/** The user of an Authorization header: anonymous without one, undefined for a token that nobody has. */
export function authenticate(header: string | undefined, tokens: Tokens): User | undefined {
  if (header === undefined) return anonymous;
  const [scheme = '', token = ''] = header.split(' ');
  if (scheme.toLowerCase() !== 'bearer') return anonymous;
  const found = tokens.find(token);
  if (found === undefined) return undefined;
  const groups = [...found.groups, ...serviceAccountGroups(found.name), 'system:authenticated'];
  return { name: found.name, groups: [...new Set(groups)] };
}

/** The groups that every service account is in. */
export function serviceAccountGroups(name: string): readonly string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name) ?? [];
  return namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
