import { at, isObject, type Json, type JsonObject, objectOf, textOf, textsOf } from '../json.ts';
import type { Store } from '../store/store.ts';
import { type Attributes, grantsFor, permission } from './rbac.ts';
import type { User } from './users.ts';

function attributesOf(spec: JsonObject): Attributes {
  const wanted = spec['resourceAttributes'];
  const nothing = { group: '', resource: '', subresource: '', namespace: undefined, name: undefined };
  if (!isObject(wanted)) {
    const { path, verb } = objectOf(spec['nonResourceAttributes']);
    return { ...nothing, isResource: false, path: textOf(path) ?? '', verb: textOf(verb) ?? '' };
  }
  const text = (field: string): string => textOf(at(wanted, field)) ?? '';
  return {
    isResource: true,
    path: '',
    verb: text('verb'),
    group: text('group'),
    resource: text('resource'),
    subresource: text('subresource'),
    namespace: text('namespace') || undefined,
    name: text('name') || undefined,
  };
}

function accessStatus(store: Store, user: User, spec: JsonObject): JsonObject {
  const reason = permission(store, user, attributesOf(spec));
  if (reason === undefined) return { allowed: false };
  return reason === '' ? { allowed: true } : { allowed: true, reason };
}

const everything: readonly JsonObject[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

function rulesStatus(store: Store, user: User, spec: JsonObject): JsonObject {
  const namespace = textOf(spec['namespace']) || undefined;
  const master = user.groups.includes('system:masters');
  const rules = master ? everything : grantsFor(store, user, namespace).map(({ rule }) => rule);
  const isPath = (rule: JsonObject): boolean => textsOf(rule['nonResourceURLs']).length > 0;
  const nonResourceRules: Json = rules.filter(isPath);
  return { resourceRules: rules.filter((rule) => !isPath(rule)), nonResourceRules, incomplete: false };
}

/** The status of a review of a kind, asked by a user; a SubjectAccessReview asks about somebody else. */
export function reviewStatus(store: Store, kind: string, user: User, spec: JsonObject): JsonObject {
  if (kind === 'SelfSubjectRulesReview') return rulesStatus(store, user, spec);
  if (kind !== 'SubjectAccessReview') return accessStatus(store, user, spec);
  return accessStatus(store, { name: textOf(spec['user']) ?? '', groups: textsOf(spec['groups']) }, spec);
}
