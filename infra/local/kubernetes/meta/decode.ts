import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import type { ObjectMeta } from '../object.ts';
import { badRequest } from '../status.ts';

type Shape = 'string' | 'integer' | 'time' | 'texts' | 'list' | 'owners' | 'ignored';

// managedFields and selfLink are known to the API, so they are no unknown fields, but nothing here keeps them.
const fields: Readonly<Record<string, Shape>> = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  selfLink: 'ignored',
  uid: 'string',
  resourceVersion: 'string',
  generation: 'integer',
  creationTimestamp: 'time',
  deletionTimestamp: 'time',
  deletionGracePeriodSeconds: 'integer',
  labels: 'texts',
  annotations: 'texts',
  ownerReferences: 'owners',
  finalizers: 'list',
  managedFields: 'ignored',
};

const ownerFields: Readonly<Record<string, 'string' | 'bool'>> = {
  apiVersion: 'string',
  kind: 'string',
  name: 'string',
  uid: 'string',
  controller: 'bool',
  blockOwnerDeletion: 'bool',
};

/** Metadata that has the right types, and the paths of the fields that the API does not know. */
export interface DecodedMeta {
  readonly metadata: ObjectMeta;
  readonly unknown: readonly string[];
}

/**
 * Reads metadata as the API server's decoder does: unknown fields and nulls are dropped, empty values too, wrong types
 * throw a plain Error with the decoder's text. `path` is the place of the metadata for the unknown fields.
 */
export function decodeMeta(value: Json | undefined, path = 'metadata'): DecodedMeta {
  if (value === undefined || value === null) return { metadata: {}, unknown: [] };
  if (!isObject(value)) {
    throw new Error(`json: cannot unmarshal ${goTypeOf(value)} into Go value of type v1.ObjectMeta`);
  }
  const unknown: string[] = [];
  const metadata: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) {
    const shape = fields[name];
    if (shape === undefined) unknown.push(`${path}.${name}`);
    else if (shape !== 'ignored' && item !== null && item !== undefined) {
      const decoded = decodeField(name, shape, item, unknown, path);
      if (decoded !== undefined) metadata[name] = decoded;
    }
  }
  return { metadata, unknown };
}

function decodeField(name: string, shape: Shape, item: Json, unknown: string[], path: string): Json | undefined {
  switch (shape) {
    case 'string':
      if (typeof item !== 'string') throw wrongType(item, name, 'string');
      return item === '' ? undefined : item;
    case 'integer':
      if (!Number.isInteger(item)) throw wrongType(item, name, 'int64');
      return item === 0 && name === 'generation' ? undefined : item;
    case 'time':
      return decodeTime(name, item);
    case 'texts':
      return decodeTexts(name, item);
    case 'list':
      return decodeList(name, item);
    case 'owners':
      return decodeOwners(item, unknown, `${path}.${name}`);
    case 'ignored':
      return undefined;
    default:
      return shape satisfies never;
  }
}

function decodeTime(name: string, item: Json): string {
  if (typeof item !== 'string') throw wrongType(item, name, 'string');
  const time = new Date(item);
  if (Number.isNaN(time.getTime())) {
    const quoted = JSON.stringify(item);
    throw new Error(`parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoted} as "2006"`);
  }
  return `${time.toISOString().slice(0, 19)}Z`;
}

function decodeTexts(name: string, item: Json): JsonObject | undefined {
  if (!isObject(item)) throw wrongType(item, name, 'map[string]string');
  for (const text of Object.values(item)) {
    if (typeof text !== 'string' && text !== null) throw wrongType(text ?? null, name, 'string');
  }
  const entries = Object.entries(item).map(([key, text]) => [key, text ?? ''] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function decodeList(name: string, item: Json): readonly string[] | undefined {
  if (!isList(item)) throw wrongType(item, name, '[]string');
  const wrong = item.find((text) => typeof text !== 'string');
  if (wrong !== undefined) throw wrongType(wrong, name, 'string');
  return item.length === 0 ? undefined : item.filter((text) => typeof text === 'string');
}

function decodeOwners(item: Json, unknown: string[], path: string): readonly JsonObject[] | undefined {
  if (!isList(item)) throw wrongType(item, 'ownerReferences', '[]v1.OwnerReference');
  const owners = item.map((owner, index) => decodeOwner(owner, unknown, `${path}[${index}]`));
  return owners.length === 0 ? undefined : owners;
}

function decodeOwner(owner: Json, unknown: string[], path: string): JsonObject {
  if (!isObject(owner)) throw wrongType(owner, 'ownerReferences', 'v1.OwnerReference');
  const decoded: Record<string, Json> = { apiVersion: '', kind: '', name: '', uid: '' };
  for (const [name, value] of Object.entries(owner)) {
    const type = ownerFields[name];
    if (type === undefined) unknown.push(`${path}.${name}`);
    else if (value !== null && value !== undefined) {
      if (typeof value !== (type === 'bool' ? 'boolean' : 'string'))
        throw wrongType(value, `ownerReferences.${name}`, type);
      decoded[name] = value;
    }
  }
  const ordered = Object.keys(ownerFields).filter((name) => decoded[name] !== undefined);
  return Object.fromEntries(ordered.map((name) => [name, decoded[name]]));
}

/** What Go's JSON decoder calls a value. */
export function goTypeOf(value: Json): string {
  if (isList(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return value === null ? 'null' : typeof value;
}

function wrongType(value: Json, field: string, type: string): Error {
  return new Error(
    `json: cannot unmarshal ${goTypeOf(value)} into Go struct field ObjectMeta.${field} of type ${type}`,
  );
}

/** Metadata of an object of a kind; wrong types throw 400, whose text has `goPath` before the field. */
export function decodeMetaOf(value: Json | undefined, kind: string, version: string, goPath = ''): DecodedMeta {
  try {
    return decodeMeta(value);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const text = error.message.replace('field ObjectMeta.', `field ObjectMeta.${goPath}`);
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${text}`);
  }
}
