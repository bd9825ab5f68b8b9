import type {
  Static,
  TArrayOptions,
  TNumberOptions,
  TObject,
  TObjectOptions,
  TOptional,
  TProperties,
  TSchema,
  TSchemaOptions,
  TStringOptions,
} from 'typebox';
import * as Type from 'typebox';
import { Errors } from 'typebox/value';

/*
 * One value is TypeScript type, validator and CRD schema. These helpers put the description first, so that no field
 * goes without one, and know the few keywords that Kubernetes adds to JSON Schema.
 */

/** A rule in CEL that the API server evaluates, and the message that a user sees where it does not hold. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

export function celRule(rule: string, message: string): CelRule {
  return { rule, message };
}

/** Adds CEL rules behind those that the schema has already. */
export function withRules<Schema extends TSchema>(schema: Schema, ...rules: readonly CelRule[]): Schema {
  const present: unknown = Reflect.get(schema, 'x-kubernetes-validations');
  const all = [...(Array.isArray(present) ? present : []), ...rules];
  // No rules are no keyword: an empty list would be a difference between two CRDs that mean the same.
  return all.length === 0 ? schema : withKeyword(schema, 'x-kubernetes-validations', all);
}

/** The object schema with more properties, or others of the same names. Those that are new must be optional. */
export function withProperties(schema: TSchema, properties: TProperties): TSchema {
  return withKeyword(schema, 'properties', { ...propertiesOf(schema), ...properties });
}

export function propertiesOf(schema: TSchema): Readonly<Record<string, TSchema>> {
  return (Reflect.get(schema, 'properties') ?? {}) as Readonly<Record<string, TSchema>>; // of every object schema
}

/** Fields that belong together: written as one, never merged by server-side apply. */
export function atomic<Schema extends TObject>(schema: Schema): Schema {
  return withKeyword(schema, 'x-kubernetes-map-type', 'atomic');
}

/**
 * A field that may be absent. Marked as Type.Optional does it, which copies descriptor by descriptor: for the fields of all
 * kinds together that takes a twentieth of a function's start.
 */
export function optional<Schema extends TSchema>(schema: Schema): TOptional<Schema> {
  return { ...schema, [optionalKeyword]: true };
}

/** The keyword by which typebox knows a field that may be absent. It is no keyword of JSON Schema. */
export const optionalKeyword = '~optional';

export function text(description: string, options: TStringOptions = {}) {
  return Type.String({ description, ...options });
}

export function flag(description: string, options: TSchemaOptions = {}) {
  return Type.Boolean({ description, ...options });
}

/** A whole number. JavaScript keeps it exact up to 2^53; no field of ours comes near that. */
export function int64(description: string, options: TNumberOptions = {}) {
  return integer(description, { format: 'int64', ...options });
}

/** A whole number whose CRD says nothing of its size. */
export function integer(description: string, options: TNumberOptions = {}) {
  return Type.Integer({ description, ...options });
}

/** A number that may have a fraction. */
export function decimal(description: string, options: TNumberOptions = {}) {
  return Type.Number({ description, ...options });
}

/** One of several words. */
export function enumOf<const Words extends string[]>(
  description: string,
  words: readonly [...Words],
  options: TSchemaOptions = {},
) {
  return Type.Enum(words, { type: 'string', description, ...options });
}

export function object<Properties extends TProperties>(
  description: string,
  properties: Properties,
  options: TObjectOptions = {},
) {
  return Type.Object(properties, { description, ...options });
}

export function list<Item extends TSchema>(description: string, item: Item, options: TArrayOptions = {}) {
  return Type.Array(item, { description, ...options });
}

/** A list whose entries are told apart by one of their fields, so that two writers can each own some of them. */
export function listMap<Item extends TObject>(
  description: string,
  key: keyof Item['properties'] & string,
  item: Item,
  options: TArrayOptions = {},
) {
  const keyed = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] };
  return list(description, item, { ...keyed, ...options });
}

/** A list without order and without repetition. */
export function listSet<Item extends TSchema>(description: string, item: Item, options: TArrayOptions = {}) {
  return list(description, item, { 'x-kubernetes-list-type': 'set', ...options });
}

/** Values under keys that the user chooses. */
export function mapOf<Value extends TSchema>(description: string, value: Value, options: TObjectOptions = {}) {
  // As Kubernetes writes it. Type.Record would write patternProperties, and bring half of typebox along.
  const map = { type: 'object', additionalProperties: value, description, ...options };
  return Type.Unsafe<Record<string, Static<Value>>>(map);
}

export function stringMap(description: string, options: TObjectOptions = {}) {
  return mapOf(description, Type.String(), options);
}

/** Anything: kept as written and not checked, because Konnect knows its shape and we do not. */
export function freeForm(description: string, options: TSchemaOptions = {}) {
  return Type.Unknown({ description, 'x-kubernetes-preserve-unknown-fields': true, ...options });
}

/** An object of any fields: kept as written and not checked. */
export function freeFormObject(description: string, options: TSchemaOptions = {}) {
  return Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', ...freeForm(description, options) });
}

export interface KindFieldsOptions {
  readonly rules?: readonly CelRule[];
  /**
   * Fields without which there is nothing to reconcile, and that the compatible CRD lets be absent all the same. The
   * type and `checkFields` require them, the CRD does not.
   */
  readonly absentInCrd?: readonly string[];
}

/** The fields of an object beside apiVersion, kind and metadata. */
export function kindFields<Properties extends TProperties>(properties: Properties, options: KindFieldsOptions = {}) {
  const { rules = [], absentInCrd = [] } = options;
  const keywords = absentInCrd.length > 0 ? { [absentInCrdKeyword]: absentInCrd } : {};
  return withRules(Type.Object(properties, keywords), ...rules);
}

/** The keyword under which `kindFields` leaves `absentInCrd` for who generates the CRD. */
export const absentInCrdKeyword = 'x-absent-in-crd';

/**
 * Checks an object against its kind's schema: types, required fields, enums, patterns and limits. CEL rules are left to
 * the API server, which has checked them before anybody saw the object.
 *
 * @returns problems such as `spec.name: must be string`, from the first eight faults; none where the object is fine. They name fields
 *   and never quote a value, which may be a secret. Unknown fields are no problem: a newer CRD may have more.
 */
export function checkFields(schema: TSchema, object: unknown): string[] {
  return Errors(schema, object).flatMap((error) => {
    // Says of a map what the error of its value says better.
    if (error.keyword === 'additionalProperties') return [];
    const { instancePath: at, message } = error;
    if (error.keyword === 'required') {
      return error.params.requiredProperties.map((property) => `${fieldPath(`${at}/${property}`)}: is required`);
    }
    const wording = error.keyword === 'enum' ? `must be one of ${error.params.allowedValues.join(', ')}` : message;
    return [`${fieldPath(at)}: ${wording}`];
  });
}

// A JSON pointer in the notation of Kubernetes: spec.proxy_urls[0].port, metadata.labels[example.com/team].
function fieldPath(pointer: string): string {
  const path = pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((segment) => (/^[A-Za-z_][\w-]*$/.test(segment) ? `.${segment}` : `[${segment}]`))
    .join('');
  return path.replace(/^\./, '') || 'object';
}

// A schema marks its kind by properties that are not enumerable, which a spread would lose.
function withKeyword<Schema extends TSchema>(schema: Schema, keyword: string, value: unknown): Schema {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema)) as Schema;
  return Object.defineProperty(copy, keyword, { value, enumerable: true, writable: true, configurable: true });
}
