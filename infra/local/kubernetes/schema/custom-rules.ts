import { hasRules, runRules } from '../cel/rules.ts';
import { type FieldError, invalidField, rootPath } from '../field-errors.ts';
import { type JsonObject, same, without } from '../json.ts';
import { decodeMetaOf } from '../meta/decode.ts';
import { subdomainProblems } from '../meta/names.ts';
import { metaErrors, metaUpdateErrors } from '../meta/validate.ts';
import { type KubernetesObject, withMeta } from '../object.ts';
import type { Decoded, Rules, Verdict } from '../resources/resource.ts';
import { withDefaults } from './default.ts';
import { listTypeErrors } from './list-types.ts';
import { pruneObject } from './prune.ts';
import type { Schema } from './schema.ts';
import { validate } from './validate.ts';

/** What a CustomResourceDefinition says about one of its versions. */
export interface CustomKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly schema: Schema;
  readonly hasStatus: boolean;
  readonly selectable: readonly string[];
}

const blocking: readonly FieldError['type'][] = [
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
];

/** Rules need a well-formed object; where it is not, the real server says that they were left out. */
function celVerdict(errors: readonly FieldError[], schema: Schema, value: JsonObject, old?: JsonObject): Verdict {
  if (!hasRules(schema)) return { errors: [], warnings: [] };
  if (!errors.some((error) => blocking.includes(error.type))) return runRules(schema, value, old);
  const text =
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
  return { errors: [invalidField(rootPath, null, text)], warnings: [] };
}

function typeErrors(object: KubernetesObject, kind: CustomKind): readonly FieldError[] {
  const apiVersion = `${kind.group}/${kind.version}`;
  return [
    ...(object.kind === kind.kind ? [] : [invalidField('kind', object.kind, `must be ${kind.kind}`)]),
    ...(object.apiVersion === apiVersion
      ? []
      : [invalidField('apiVersion', object.apiVersion, `must be ${apiVersion}`)]),
  ];
}

function decode(kind: CustomKind, body: JsonObject): Decoded {
  const { metadata, unknown } = decodeMetaOf(body['metadata'], kind.kind, kind.version);
  const pruned: string[] = [];
  const { object } = shaped(kind, body, pruned);
  const apiVersion = typeof body['apiVersion'] === 'string' ? body['apiVersion'] : '';
  const name = typeof body['kind'] === 'string' ? body['kind'] : '';
  return {
    object: { ...object, apiVersion, kind: name, metadata },
    complaints: [...unknown, ...pruned.sort()].map((path) => `unknown field "${path}"`),
  };
}

function shaped(kind: CustomKind, body: JsonObject, unknown: string[]): { readonly object: JsonObject } {
  return { object: pruneObject(withDefaults(body, kind.schema), kind.schema, unknown) };
}

function validateNew(kind: CustomKind, object: KubernetesObject): readonly FieldError[] {
  const wrongType = typeErrors(object, kind);
  if (wrongType.length > 0) return wrongType;
  const errors = [
    ...metaErrors(object.metadata, kind.namespaced, subdomainProblems),
    ...validate(object, kind.schema, '', undefined),
    ...listTypeErrors(object, kind.schema),
  ];
  return [...errors, ...celVerdict(errors, kind.schema, object).errors];
}

/** Errors of a status name the status as a whole: texts are relative to it, fields are not. */
function statusErrors(kind: CustomKind, object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  const schema = kind.schema.properties?.['status'];
  const status = object['status'];
  if (schema === undefined || status === undefined) return [];
  return validate(status, schema, '', old['status']).map((error) => ({
    ...error,
    field: error.field === '' || error.field === rootPath ? 'status' : `status.${error.field}`,
  }));
}

function schemaErrors(
  kind: CustomKind,
  object: KubernetesObject,
  old: KubernetesObject,
  subresource: string,
): readonly FieldError[] {
  return subresource === '' ? validate(object, kind.schema, '', old) : statusErrors(kind, object, old);
}

function validateChange(
  kind: CustomKind,
  object: KubernetesObject,
  old: KubernetesObject,
  subresource: string,
): Verdict {
  const wrongType = typeErrors(object, kind);
  if (wrongType.length > 0) return { errors: wrongType, warnings: [] };
  const wasValid = listTypeErrors(old, kind.schema).length === 0;
  const errors = [
    ...metaUpdateErrors(object.metadata, old.metadata),
    ...schemaErrors(kind, object, old, subresource),
    ...(wasValid ? listTypeErrors(object, kind.schema) : []),
  ];
  const rules = celVerdict(errors, kind.schema, object, old);
  return { errors: [...errors, ...rules.errors], warnings: rules.warnings };
}

function withField(object: KubernetesObject, from: KubernetesObject, field: string): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  const value = from[field];
  return { ...without(object, field), apiVersion, kind, metadata, ...(value === undefined ? {} : { [field]: value }) };
}

function withoutStatus(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  return { ...without(object, 'status'), apiVersion, kind, metadata };
}

/** The rules of a custom resource: its schema, its CEL rules, its status subresource. */
export function customRules(kind: CustomKind): Rules {
  // Objects are read through the schema of today: what was stored under an older one gets today's defaults.
  const views = new WeakMap<KubernetesObject, KubernetesObject>();

  function read(stored: KubernetesObject): KubernetesObject {
    const known = views.get(stored);
    if (known !== undefined) return known;
    const { object } = shaped(kind, stored, []);
    const apiVersion = `${kind.group}/${kind.version}`;
    const made = { ...object, apiVersion, kind: kind.kind, metadata: stored.metadata };
    const view = same(made, stored) ? stored : made;
    views.set(stored, view);
    return view;
  }

  return {
    nameCheck: subdomainProblems,
    unconditionalUpdate: false,
    createOnUpdate: false,
    selectable: kind.selectable,
    decode: (body) => decode(kind, body),
    read,
    store: (object) => object,
    prepareCreate: (object) => withMeta(kind.hasStatus ? withoutStatus(object) : object, { generation: 1 }),
    prepareUpdate(object, old) {
      const kept = kind.hasStatus ? withField(object, old, 'status') : object;
      const changed = !same(without(kept, 'metadata'), without(old, 'metadata'));
      return withMeta(kept, { generation: (old.metadata.generation ?? 1) + (changed ? 1 : 0) });
    },
    prepareStatus: (object, old) => withField(old, object, 'status'),
    validate: (object) => validateNew(kind, object),
    validateUpdate: (object, old, subresource) => validateChange(kind, object, old, subresource),
  };
}
