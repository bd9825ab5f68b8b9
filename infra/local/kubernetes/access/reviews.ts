import { at, isObject, type Json, type JsonObject, objectOf, textOf, textsOf } from '../json.ts';
import type { Store } from '../store/store.ts';
import { type Attributes, isAllowed, rulesFor } from './rbac.ts';
import type { User } from './users.ts';

function attributesOf(spec: JsonObject): Attributes {
  const wanted = spec['resourceAttributes'];
  const text = (field: string): string => textOf(at(wanted, field)) ?? '';
  if (!isObject(wanted)) {
    const other = objectOf(spec['nonResourceAttributes']);
    const [path, verb] = [textOf(other['path']) ?? '', textOf(other['verb']) ?? ''];
    return {
      isResource: false,
      path,
      verb,
      group: '',
      resource: '',
      subresource: '',
      namespace: undefined,
      name: undefined,
    };
  }
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
  const allowed = isAllowed(store, user, attributesOf(spec));
  return allowed
    ? { allowed: true, ...(user.groups.includes('system:masters') ? {} : { reason: 'RBAC: allowed' }) }
    : { allowed: false };
}

function subjectOf(spec: JsonObject): User {
  return { name: textOf(spec['user']) ?? '', groups: textsOf(spec['groups']) };
}

function rulesStatus(store: Store, user: User, spec: JsonObject): JsonObject {
  const everything: JsonObject = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const every: readonly JsonObject[] = [everything, { verbs: ['*'], nonResourceURLs: ['*'] }];
  const namespace = textOf(spec['namespace']) || undefined;
  const rules = user.groups.includes('system:masters') ? every : rulesFor(store, user, namespace);
  const isPath = (rule: JsonObject): boolean => textsOf(rule['nonResourceURLs']).length > 0;
  const paths: Json = rules.filter(isPath);
  return { resourceRules: rules.filter((rule) => !isPath(rule)), nonResourceRules: paths, incomplete: false };
}

/** The status of a review object of the kind in `kind`, asked by `user`. */
export function reviewStatus(store: Store, kind: string, user: User, spec: JsonObject): JsonObject {
  if (kind === 'SelfSubjectRulesReview') return rulesStatus(store, user, spec);
  return accessStatus(store, kind === 'SubjectAccessReview' ? subjectOf(spec) : user, spec);
}
