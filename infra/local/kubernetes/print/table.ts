import type { Json, JsonObject } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import type { Column } from '../resources/resource.ts';

/** Metadata alone, as PartialObjectMetadata. */
export function partialOf(object: KubernetesObject, version: string): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}

/** A table without its rows. */
export function tableHead(version: string, metadata: JsonObject, columns: readonly Column[]): JsonObject {
  const columnDefinitions = columns.map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format,
    description: typeof description === 'string' ? description : description(),
    priority,
  }));
  return { kind: 'Table', apiVersion: `meta.k8s.io/${version}`, metadata, columnDefinitions };
}

/** A row; `includeObject` says whether it carries the object, its metadata (the default) or nothing. */
export function rowOf(
  object: KubernetesObject,
  columns: readonly Column[],
  version: string,
  options: { readonly includeObject: string; readonly now: Date },
): JsonObject {
  const cells: readonly Json[] = columns.map((column) => column.cell(object, options.now));
  if (options.includeObject === 'None') return { cells, object: null };
  return { cells, object: options.includeObject === 'Object' ? object : partialOf(object, version) };
}
