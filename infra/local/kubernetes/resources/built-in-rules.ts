import type { FieldError } from '../field-errors.ts';
import { type JsonObject, objectOf, same, without } from '../json.ts';
import { decodeMetaOf } from '../meta/decode.ts';
import { type NameCheck, subdomainProblems } from '../meta/names.ts';
import { metaErrors, metaUpdateErrors } from '../meta/validate.ts';
import { type KubernetesObject, withMeta } from '../object.ts';
import { strategicMerge } from '../patch/strategic.ts';
import { ApiError, badRequest } from '../status.ts';
import { conform } from './conform.ts';
import type { Decoded, Rules } from './resource.ts';

/** What is particular about one built-in kind; everything is optional. */
export interface Oddities {
  readonly nameCheck?: NameCheck;
  /** metadata.generation counts the changes of everything but metadata and status. */
  readonly generation?: boolean;
  /** There is a status subresource: the main endpoint does not write status. */
  readonly status?: boolean;
  readonly createOnUpdate?: boolean;
  readonly selectable?: readonly string[];
  /** Fills in defaults; also turns write-only fields into stored ones. */
  readonly complete?: (object: KubernetesObject) => KubernetesObject;
  /** The stored form of an object and back, where it is not the shown one. */
  readonly store?: (object: KubernetesObject) => KubernetesObject;
  readonly read?: (stored: KubernetesObject) => KubernetesObject;
  readonly create?: (object: KubernetesObject) => KubernetesObject;
  readonly update?: (object: KubernetesObject, old: KubernetesObject) => KubernetesObject;
  readonly check?: (object: KubernetesObject) => readonly FieldError[];
  readonly checkUpdate?: (object: KubernetesObject, old: KubernetesObject) => readonly FieldError[];
}

/** What a built-in kind is called, and the class of the official client that describes it. */
export interface BuiltInKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly model: string;
}

function sameContent(object: KubernetesObject, old: KubernetesObject): boolean {
  return same(without(object, 'metadata', 'status'), without(old, 'metadata', 'status'));
}

function decodeBuiltIn(kind: BuiltInKind, oddities: Oddities, body: JsonObject): Decoded {
  const { metadata, unknown: unknownMeta } = decodeMetaOf(body['metadata'], kind.kind, kind.version, 'metadata.');
  const { value, unknown } = conformed(kind, body);
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const object: KubernetesObject = { ...value, apiVersion, kind: kind.kind, metadata };
  return {
    object: oddities.complete?.(object) ?? object,
    complaints: [...unknownMeta, ...unknown].map((path) => `unknown field "${path}"`),
  };
}

function conformed(kind: BuiltInKind, body: JsonObject): ReturnType<typeof conform> {
  try {
    return conform(kind.model, body, ['metadata']);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ApiError) throw error;
    const text = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${error.message}`;
    throw badRequest(text);
  }
}

/** The rules of a built-in kind. */
export function builtInRules(kind: BuiltInKind, oddities: Oddities): Rules {
  const nameCheck = oddities.nameCheck ?? subdomainProblems;
  const counts = oddities.generation === true;
  const hasStatus = oddities.status === true;
  return {
    nameCheck,
    unconditionalUpdate: true,
    createOnUpdate: oddities.createOnUpdate === true,
    selectable: oddities.selectable ?? [],
    decode: (body) => decodeBuiltIn(kind, oddities, body),
    read: oddities.read ?? ((stored) => stored),
    store: oddities.store ?? ((object) => object),
    prepareCreate(object) {
      const fresh = hasStatus ? withStatus(object, undefined) : object;
      const counted = counts ? withMeta(fresh, { generation: 1 }) : fresh;
      return oddities.create?.(counted) ?? counted;
    },
    prepareUpdate(object, old) {
      const kept = hasStatus ? withStatus(object, old['status']) : object;
      const updated = oddities.update?.(kept, old) ?? kept;
      const generation = (old.metadata.generation ?? 0) + (sameContent(updated, old) ? 0 : 1);
      return counts ? withMeta(updated, { generation }) : updated;
    },
    prepareStatus: (object, old) => withStatus({ ...old, metadata: object.metadata }, object['status']),
    validate: (object) => [
      ...metaErrors(object.metadata, kind.namespaced, nameCheck),
      ...(oddities.check?.(object) ?? []),
    ],
    validateUpdate: (object, old, subresource) => ({
      errors: [
        ...metaUpdateErrors(object.metadata, old.metadata),
        ...(subresource === '' ? (oddities.check?.(object) ?? []) : []),
        ...(subresource === '' ? (oddities.checkUpdate?.(object, old) ?? []) : []),
      ],
      warnings: [],
    }),
    strategicMerge: (object, patch) => strategicMerge(kind.model, object, patch),
  };
}

function withStatus(object: KubernetesObject, status: KubernetesObject['status']): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  const rest = objectOf(without(object, 'status'));
  return { ...rest, apiVersion, kind, metadata, ...(status === undefined ? {} : { status }) };
}
