import type { IncomingHttpHeaders } from 'node:http';
import { forbidden } from '../status.ts';
import type { Store } from '../store/store.ts';
import { type Attributes, permission, refusal } from './rbac.ts';
import { serviceAccountGroups, type User } from './users.ts';

function attributes(resource: string, name: string, namespace: string | undefined): Attributes {
  return { isResource: true, path: '', verb: 'impersonate', group: '', resource, subresource: '', namespace, name };
}

function check(store: Store, user: User, wanted: Attributes): void {
  if (permission(store, user, wanted) !== undefined) return;
  throw forbidden({ group: '', plural: wanted.resource }, wanted.name ?? '', refusal(user, wanted));
}

function listOf(header: string | string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  return Array.isArray(header) ? header : header.split(',').map((part) => part.trim());
}

/** The user that a request acts as: the Impersonate headers name another one; throws 403 without the right to. */
export function actingUser(store: Store, user: User, headers: IncomingHttpHeaders): User {
  const name = headers['impersonate-user'];
  if (typeof name !== 'string' || name === '') return user;
  const groups = listOf(headers['impersonate-group']);
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  if (account === undefined) check(store, user, attributes('users', name, undefined));
  else check(store, user, attributes('serviceaccounts', account, namespace));
  for (const group of groups) check(store, user, attributes('groups', group, undefined));
  return { name, groups: [...groups, ...serviceAccountGroups(name), 'system:authenticated'] };
}
