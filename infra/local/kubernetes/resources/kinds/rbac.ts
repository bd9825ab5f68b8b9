import { type FieldError, invalidField, notSupported, required } from '../../field-errors.ts';
import { isObject, type Json, listOf, objectOf, same, textOf, textsOf } from '../../json.ts';
import type { KubernetesObject } from '../../object.ts';
import type { Oddities } from '../built-in-rules.ts';

const apiGroup = 'rbac.authorization.k8s.io';

function ruleErrors(rule: Json, path: string, namespaced: boolean): readonly FieldError[] {
  const { verbs, apiGroups, resources, nonResourceURLs } = objectOf(rule);
  const noVerbs =
    textsOf(verbs).length === 0 ? [required(`${path}.verbs`, 'verbs must contain at least one value')] : [];
  if (textsOf(nonResourceURLs).length > 0) {
    if (!namespaced) return noVerbs;
    const text = 'namespaced rules cannot apply to non-resource URLs';
    return [...noVerbs, invalidField(`${path}.nonResourceURLs`, nonResourceURLs ?? null, text)];
  }
  const noGroups = textsOf(apiGroups).length === 0;
  const noResources = textsOf(resources).length === 0;
  return [
    ...noVerbs,
    ...(noGroups ? [required(`${path}.apiGroups`, 'resource rules must supply at least one api group')] : []),
    ...(noResources ? [required(`${path}.resources`, 'resource rules must supply at least one resource')] : []),
  ];
}

/** Roles and cluster roles. */
export const role: Oddities = {
  complete: (object) => ({ ...object, rules: object['rules'] ?? null }),
  check: (object) =>
    listOf(object['rules']).flatMap((rule, index) => ruleErrors(rule, `rules[${index}]`, object.kind === 'Role')),
};

function completeSubject(subject: Json): Json {
  if (!isObject(subject) || subject['apiGroup'] !== undefined) return subject;
  return subject['kind'] === 'ServiceAccount' ? subject : { ...subject, apiGroup };
}

function completeBinding(object: KubernetesObject): KubernetesObject {
  const roleRef = objectOf(object['roleRef']);
  const subjects = listOf(object['subjects']).map(completeSubject);
  return {
    ...object,
    roleRef: { ...roleRef, apiGroup: textOf(roleRef['apiGroup']) || apiGroup },
    ...(subjects.length === 0 ? {} : { subjects }),
  };
}

// A role binding lends its namespace to service accounts without one.
function subjectErrors(subject: Json, path: string, inNamespace: boolean): readonly FieldError[] {
  const { kind, name, namespace } = objectOf(subject);
  const kinds = ['Group', 'ServiceAccount', 'User'];
  const unnamed = textOf(name) ? [] : [required(`${path}.name`)];
  if (!kinds.includes(String(kind))) return [...unnamed, notSupported(`${path}.kind`, kind ?? '', kinds)];
  const homeless = kind === 'ServiceAccount' && !textOf(namespace) && !inNamespace;
  return [...unnamed, ...(homeless ? [required(`${path}.namespace`)] : [])];
}

function bindingErrors(object: KubernetesObject): readonly FieldError[] {
  const { kind, name } = objectOf(object['roleRef']);
  const kinds = object.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return [
    ...(kinds.includes(String(kind)) ? [] : [notSupported('roleRef.kind', kind ?? '', kinds)]),
    ...(textOf(name) ? [] : [required('roleRef.name')]),
    ...listOf(object['subjects']).flatMap((subject, index) =>
      subjectErrors(subject, `subjects[${index}]`, object.kind === 'RoleBinding'),
    ),
  ];
}

function roleRefErrors(object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  if (same(object['roleRef'], old['roleRef'])) return [];
  const { apiGroup = '', kind = '', name = '' } = objectOf(object['roleRef']);
  const shown = { APIGroup: apiGroup, Kind: kind, Name: name }; // the real text shows the server's internal form
  return [invalidField('roleRef', shown, 'cannot change roleRef')];
}

/** Role bindings and cluster role bindings. */
export const binding: Oddities = {
  complete: completeBinding,
  check: bindingErrors,
  checkUpdate: roleRefErrors,
};
