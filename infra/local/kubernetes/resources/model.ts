import { readFileSync } from 'node:fs';
import * as client from '@kubernetes/client-node';

/** The type of a field of a built-in kind. */
export type FieldType =
  | { readonly is: 'string' | 'boolean' | 'integer' | 'number' | 'int-or-string' | 'any'; readonly format: string }
  | { readonly is: 'list' | 'map'; readonly of: FieldType }
  | { readonly is: 'model'; readonly model: string };

/** One field of a built-in kind. */
export interface ModelField {
  readonly type: FieldType;
  readonly description: string;
  readonly required: boolean;
}

/** The fields of a built-in kind or of a part of one. */
export interface Model {
  readonly description: string;
  readonly fields: ReadonlyMap<string, ModelField>;
}

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

// The official client is generated from the API's own OpenAPI: its classes hold the types, its declarations the texts.
const declarations = new URL('./gen/models/', import.meta.resolve('@kubernetes/client-node'));
const classes: ReadonlyMap<string, unknown> = new Map(Object.entries(client));
const known = new Map<string, Model>();

/** The model of a client class such as `V1Secret`; throws when the client has none of that name. */
export function modelOf(name: string): Model {
  const found = known.get(name);
  if (found !== undefined) return found;
  const model = load(name);
  known.set(name, model);
  return model;
}

function attributesOf(name: string): readonly Attribute[] {
  const model = classes.get(name);
  if (typeof model !== 'function' || !('attributeTypeMap' in model) || !Array.isArray(model.attributeTypeMap)) {
    throw new Error(`@kubernetes/client-node has no model ${name}: the table of built-in resources names it`);
  }
  return model.attributeTypeMap;
}

function load(name: string): Model {
  const text = readFileSync(new URL(`${name}.d.ts`, declarations), 'utf8');
  const documented = documentedFields(text);
  const fields = attributesOf(name).map(({ name: property, baseName, type, format }): readonly [string, ModelField] => {
    const { description = '', required = false } = documented.get(property) ?? {};
    return [baseName, { type: typeOf(type, format), description, required }];
  });
  return { description: descriptionBefore(text, 'export declare class'), fields: new Map(fields) };
}

interface Documented {
  readonly description: string;
  readonly required: boolean;
}

function documentedFields(text: string): ReadonlyMap<string, Documented> {
  const fields = text.matchAll(/(?:\/\*\*\n {4}\* (.*)\n {4}\*\/\n {4})?'([$\w]+)'(\?)?:/g);
  return new Map(
    [...fields].map(([, description = '', name = '', optional]) => [
      name,
      { description: unescaped(description), required: optional === undefined },
    ]),
  );
}

function descriptionBefore(text: string, what: string): string {
  const [, description = ''] = new RegExp(`/\\*\\*\\n\\* (.*)\\n\\*/\\n${what}`).exec(text) ?? [];
  return unescaped(description);
}

function unescaped(text: string): string {
  return text.replace(/\\(['"`])/g, '$1');
}

function typeOf(text: string, format: string): FieldType {
  const [, item] = /^Array<(.*)>$/.exec(text) ?? [];
  if (item !== undefined) return { is: 'list', of: typeOf(item, format) };
  const [, value] = /^\{ \[key: string\]: (.*); \}$/.exec(text) ?? [];
  if (value !== undefined) return { is: 'map', of: typeOf(value, format) };
  switch (text) {
    case 'string':
    case 'boolean':
      return { is: text, format };
    case 'number':
      return { is: format.startsWith('int') ? 'integer' : 'number', format };
    case 'Date':
      return { is: 'string', format: 'date-time' };
    case 'V1MicroTime':
      return { is: 'string', format: 'micro-time' };
    case 'IntOrString':
      return { is: 'int-or-string', format: 'int-or-string' };
    case 'any':
    case 'object':
      return { is: 'any', format: '' };
    default:
      return { is: 'model', model: text };
  }
}
