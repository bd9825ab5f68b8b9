import { type FieldError, forbiddenField, invalidField, required, tooLong } from '../field-errors.ts';
import { type Json, same } from '../json.ts';
import type { ObjectMeta, OwnerReference } from '../object.ts';
import { labelProblems, labelValueProblems, type NameCheck, qualifiedNameProblems } from './names.ts';

const annotationLimit = 256 * 1024;

function nameErrors(meta: ObjectMeta, check: NameCheck): readonly FieldError[] {
  const { name = '', generateName = '' } = meta;
  return [
    ...(generateName === ''
      ? []
      : check(generateName, true).map((text) => invalidField('metadata.generateName', generateName, text))),
    ...(name === ''
      ? [required('metadata.name', 'name or generateName is required')]
      : check(name).map((text) => invalidField('metadata.name', name, text))),
  ];
}

function namespaceErrors(meta: ObjectMeta, namespaced: boolean): readonly FieldError[] {
  const { namespace = '' } = meta;
  if (!namespaced) {
    return namespace === '' ? [] : [forbiddenField('metadata.namespace', 'not allowed on this type')];
  }
  if (namespace === '') return [required('metadata.namespace')];
  return labelProblems(namespace).map((text) => invalidField('metadata.namespace', namespace, text));
}

function labelErrors(meta: ObjectMeta): readonly FieldError[] {
  return Object.entries(meta.labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((text) => invalidField('metadata.labels', key, text)),
    ...labelValueProblems(value).map((text) => invalidField('metadata.labels', value, text)),
  ]);
}

function annotationErrors(meta: ObjectMeta): readonly FieldError[] {
  const entries = Object.entries(meta.annotations ?? {});
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...entries.flatMap(([key]) =>
      qualifiedNameProblems(key.toLowerCase()).map((text) => invalidField('metadata.annotations', key, text)),
    ),
    ...(size > annotationLimit ? [tooLong('metadata.annotations', annotationLimit)] : []),
  ];
}

function ownerErrors(owner: OwnerReference): readonly FieldError[] {
  const path = 'metadata.ownerReferences';
  const empty = (['kind', 'name', 'uid'] as const).filter((field) => owner[field] === '');
  return [
    ...(owner.apiVersion === '' || owner.apiVersion.split('/').length > 2
      ? [invalidField(`${path}.apiVersion`, owner.apiVersion, 'version must not be empty')]
      : []),
    ...empty.map((field) => invalidField(`${path}.${field}`, '', 'must not be empty')),
    ...(owner.apiVersion === 'v1' && owner.kind === 'Event'
      ? [invalidField(path, owner, '/v1, Kind=Event is disallowed from being an owner')]
      : []),
  ];
}

function ownersErrors(meta: ObjectMeta): readonly FieldError[] {
  const owners = meta.ownerReferences ?? [];
  const [first, second] = owners.filter((owner) => owner.controller === true);
  const errors = owners.flatMap(ownerErrors);
  if (first === undefined || second === undefined) return errors;
  const names = `${first.kind}/${first.name} and ${second.kind}/${second.name}`;
  const text = `Only one reference can have Controller set to true. Found "true" in references for ${names}`;
  return [...errors, invalidField('metadata.ownerReferences', owners, text)];
}

function finalizerErrors(meta: ObjectMeta): readonly FieldError[] {
  const path = 'metadata.finalizers';
  const finalizers = meta.finalizers ?? [];
  const errors = finalizers.flatMap((name) =>
    qualifiedNameProblems(name).map((text) => invalidField(path, name, text)),
  );
  if (!finalizers.includes('orphan') || !finalizers.includes('foregroundDeletion')) return errors;
  return [...errors, invalidField(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')];
}

/** What is wrong with the metadata of a new object (or, with another name check, of any object). */
export function metaErrors(meta: ObjectMeta, namespaced: boolean, check: NameCheck): readonly FieldError[] {
  return [
    ...nameErrors(meta, check),
    ...namespaceErrors(meta, namespaced),
    ...labelErrors(meta),
    ...annotationErrors(meta),
    ...ownersErrors(meta),
    ...finalizerErrors(meta),
  ];
}

const immutable = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

function newFinalizerErrors(meta: ObjectMeta, old: ObjectMeta): readonly FieldError[] {
  if (old.deletionTimestamp === undefined) return [];
  const added = (meta.finalizers ?? []).filter((name) => !(old.finalizers ?? []).includes(name)).sort();
  if (added.length === 0) return [];
  const list = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
  const text = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [forbiddenField('metadata.finalizers', text)];
}

/** What is wrong with the metadata of an update: changed identity, finalizers added while deleting, bad labels. */
export function metaUpdateErrors(meta: ObjectMeta, old: ObjectMeta): readonly FieldError[] {
  const changed = immutable.filter((field) => !same(meta[field], old[field]));
  const value = (field: (typeof immutable)[number]): Json => meta[field] ?? (field.endsWith('Timestamp') ? null : '');
  return [
    ...newFinalizerErrors(meta, old),
    ...changed.map((field) => invalidField(`metadata.${field}`, value(field), 'field is immutable')),
    ...labelErrors(meta),
    ...annotationErrors(meta),
    ...ownersErrors(meta),
  ];
}
