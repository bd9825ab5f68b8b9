import { type FieldError, forbiddenField, invalidField, required, tooLong } from '../../field-errors.ts';
import { isObject, type Json, objectOf, same, without } from '../../json.ts';
import type { KubernetesObject } from '../../object.ts';
import { badRequest } from '../../status.ts';
import type { Oddities } from '../built-in-rules.ts';
import { dataKeyErrors } from './data-keys.ts';

const sizeLimit = 1024 * 1024;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The keys that a type of secret must hold. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

function decoded(text: Json | undefined): string {
  if (typeof text !== 'string') return '';
  const bare = text.replace(/[\r\n]/g, '');
  if (base64.test(bare)) return bare;
  const at = [...bare].findIndex((character) => !/[A-Za-z0-9+/=]/.test(character));
  const byte = at === -1 ? bare.length - (bare.length % 4) : at;
  throw badRequest(`Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte ${byte}`);
}

/** stringData is write-only: it goes into data, over what is there. */
function complete(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  const given = Object.entries(objectOf(object['data'])).map(([key, value]) => [key, decoded(value)]);
  const folded = Object.entries(objectOf(object['stringData'])).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  const data = Object.fromEntries([...given, ...folded]);
  return {
    ...without(object, 'stringData', 'data'),
    apiVersion,
    kind,
    metadata,
    ...(Object.keys(data).length === 0 ? {} : { data }),
    type: object['type'] ?? 'Opaque',
  };
}

function check(object: KubernetesObject): readonly FieldError[] {
  const data = objectOf(object['data']);
  const size = Object.values(data).reduce<number>((sum, value) => sum + Buffer.byteLength(String(value), 'base64'), 0);
  const missing = (requiredKeys[String(object['type'])] ?? []).filter((key) => data[key] === undefined);
  return [
    ...dataKeyErrors(data, 'data'),
    ...(size > sizeLimit ? [tooLong('data', sizeLimit)] : []),
    ...missing.map((key) => required(`data[${key}]`)),
  ];
}

function checkUpdate(object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  const type = same(object['type'], old['type'])
    ? []
    : [invalidField('type', object['type'] ?? '', 'field is immutable')];
  return [...type, ...immutableErrors(object, old, ['data'])];
}

/** The errors of a change to an object that was made immutable; the same for secrets and config maps. */
export function immutableErrors(
  object: KubernetesObject,
  old: KubernetesObject,
  fields: readonly string[],
): readonly FieldError[] {
  if (old['immutable'] !== true) return [];
  const text = 'field is immutable when `immutable` is set';
  const changed = fields.filter((field) => !same(object[field] ?? {}, old[field] ?? {}) && isObject(old));
  return [
    ...(object['immutable'] === true ? [] : [forbiddenField('immutable', text)]),
    ...changed.map((field) => forbiddenField(field, text)),
  ];
}

/** Secrets. */
export const secret: Oddities = { complete, check, checkUpdate, selectable: ['type'] };
