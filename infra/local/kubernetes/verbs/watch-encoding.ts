import { encodeObject, type TableOptions } from '../http/encode.ts';
import type { Wanted } from '../http/negotiation.ts';
import type { JsonObject } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import { partialOf, rowOf, tableHead } from '../print/table.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import type { ApiError } from '../status.ts';

/** How a watch is encoded. */
export interface WatchEncoding {
  readonly wanted: Wanted;
  readonly includeObject: string;
}

/** What a watch tells about an object. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
}

/** Encodes the events of one watch; the columns of a table are told once. */
export function createEncoder(resource: Resource, { wanted, includeObject }: WatchEncoding, now: () => Date) {
  let columnsTold = false;

  function table(object: KubernetesObject, rows: boolean): string {
    const columns = columnsTold ? null : tableHead(wanted.version, {}, resource.columns)['columnDefinitions'];
    columnsTold = true;
    const { resourceVersion = '' } = object.metadata;
    const options: TableOptions = { includeObject, now: now() };
    const row = rows ? [rowOf(object, resource.columns, wanted.version, options)] : [];
    const head = { kind: 'Table', apiVersion: `meta.k8s.io/${wanted.version}`, metadata: { resourceVersion } };
    return JSON.stringify({ ...head, columnDefinitions: columns ?? null, rows: row });
  }

  function body(object: KubernetesObject): string {
    if (wanted.as === 'object') return encodeObject(object);
    if (wanted.as === 'Table') return table(object, true);
    return JSON.stringify(partialOf(object, wanted.version));
  }

  return {
    event: ({ type, object }: WatchEvent): string => `{"type":"${type}","object":${body(object)}}\n`,
    bookmark(revision: number, annotations: JsonObject | undefined): string {
      const metadata = {
        resourceVersion: String(revision),
        ...(annotations === undefined ? {} : { annotations }),
      };
      const object = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
      const partial = { ...object, kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${wanted.version}` };
      return `${JSON.stringify({ type: 'BOOKMARK', object: wanted.as === 'object' ? object : partial })}\n`;
    },
  };
}

/** The event that ends a watch. */
export function errorText(error: ApiError): string {
  return `${JSON.stringify({ type: 'ERROR', object: error.body() })}\n`;
}
