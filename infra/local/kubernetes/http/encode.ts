import { stringify } from 'yaml';
import { invalidField, messageOf } from '../field-errors.ts';
import { type JsonObject, without } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import { partialOf, rowOf, tableHead } from '../print/table.ts';
import type { Column, Resource } from '../resources/resource.ts';
import { apiVersionOf } from '../resources/resource.ts';
import { ApiError, badRequest } from '../status.ts';
import type { Answer, ListMeta } from './answer.ts';
import type { Wanted } from './negotiation.ts';

/** A body that is ready to be sent. */
export interface Encoded {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What tables need besides the objects. */
export interface TableOptions {
  readonly includeObject: string;
  readonly now: Date;
}

const texts = new WeakMap<object, string>();

/** The JSON of an object that never changes; kept as long as the object lives. */
export function encodeObject(object: JsonObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}

const items = new WeakMap<object, string>();

/** An item of a built-in list: the list says its type already. */
function encodeItem(object: KubernetesObject): string {
  const known = items.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(without(object, 'apiVersion', 'kind'));
  items.set(object, text);
  return text;
}

const listAsObject =
  'you requested PartialObjectMetadata, but the requested object is a list (*unstructured.UnstructuredList)';

/** Refuses an includeObject parameter that is none; throws 400. */
export function checkIncludeObject(text: string): void {
  if (['', 'Metadata', 'Object', 'None'].includes(text)) return;
  const why = invalidField('includeObject', text, "must be 'Metadata', 'Object', 'None', or empty");
  throw badRequest(`Unable to convert to Table as requested: ${messageOf(why)}`);
}

function listText(apiVersion: string, kind: string, metadata: ListMeta, items: readonly string[]): string {
  const head = JSON.stringify({ kind, apiVersion, metadata });
  return `${head.slice(0, -1)},"items":[${items.join(',')}]}`;
}

function tableText(
  columns: readonly Column[],
  objects: readonly KubernetesObject[],
  metadata: JsonObject,
  wanted: Wanted,
  options: TableOptions,
): string {
  const rows = objects.map((object) => rowOf(object, columns, wanted.version, options));
  return JSON.stringify({ ...tableHead(wanted.version, metadata, columns), rows });
}

function objectText(resource: Resource, object: KubernetesObject, wanted: Wanted, options: TableOptions): string {
  switch (wanted.as) {
    case 'Table': {
      const { resourceVersion } = object.metadata;
      const metadata = resourceVersion === undefined ? {} : { resourceVersion };
      return tableText(resource.columns, [object], metadata, wanted, options);
    }
    case 'PartialObjectMetadataList':
      throw new ApiError(500, '', 'content is not a list');
    case 'PartialObjectMetadata':
      return JSON.stringify(partialOf(object, wanted.version));
    case 'object':
      return encodeObject(object);
    default:
      return wanted.as satisfies never;
  }
}

// Only whole custom resources say that there is nothing to continue.
function stated(metadata: ListMeta): ListMeta {
  if (metadata.continue !== '') return metadata;
  return { resourceVersion: metadata.resourceVersion };
}

function listBody(answer: Answer & { readonly is: 'list' }, wanted: Wanted, options: TableOptions): string {
  const { resource, objects, metadata } = answer;
  switch (wanted.as) {
    case 'Table':
      return tableText(resource.columns, objects, stated(metadata), wanted, options);
    case 'PartialObjectMetadata':
      throw new ApiError(406, 'NotAcceptable', listAsObject);
    case 'PartialObjectMetadataList': {
      const partials = objects.map((object) => JSON.stringify(partialOf(object, wanted.version)));
      return listText(`meta.k8s.io/${wanted.version}`, 'PartialObjectMetadataList', stated(metadata), partials);
    }
    case 'object':
      return listText(
        apiVersionOf(resource),
        resource.listKind,
        metadata,
        objects.map(resource.custom ? encodeObject : encodeItem),
      );
    default:
      return wanted.as satisfies never;
  }
}

/** The answer in the form that the client wants; `options` is asked for tables only. */
export function encodeAnswer(answer: Answer, wanted: Wanted, options: TableOptions): Encoded {
  switch (answer.is) {
    case 'text':
      return { status: answer.status, contentType: 'text/plain; charset=utf-8', body: answer.body };
    case 'json':
      return inFormat(answer.status, JSON.stringify(answer.body), wanted, answer.type);
    case 'object':
      return inFormat(answer.status, objectText(answer.resource, answer.object, wanted, options), wanted);
    case 'list':
      return inFormat(200, listBody(answer, wanted, options), wanted);
    default:
      return answer satisfies never;
  }
}

function inFormat(status: number, text: string, wanted: Wanted, type = 'application/json'): Encoded {
  if (!wanted.yaml) return { status, contentType: type, body: text };
  return { status, contentType: 'application/yaml', body: stringify(JSON.parse(text), { version: '1.1' }) };
}
