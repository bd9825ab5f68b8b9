import type { FieldError } from '../field-errors.ts';
import type { Json, JsonObject } from '../json.ts';
import type { NameCheck } from '../meta/names.ts';
import type { KubernetesObject } from '../object.ts';

/** The verbs of resources; watch is list with `watch=true`. */
export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** One column of a printed table. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format: string;
  /** A function where it is read from the client's declarations, which is done when somebody asks. */
  readonly description: string | (() => string);
  /** 0: always shown; higher: only in wide output. */
  readonly priority: number;
  /** The cell; `now` is for ages. */
  readonly cell: (object: KubernetesObject, now: Date) => Json;
}

/** A body in the form the API keeps: pruned, defaulted, metadata checked; with what a strict decoder complains about. */
export interface Decoded {
  readonly object: KubernetesObject;
  /** For example `unknown field "spec.x"`. */
  readonly complaints: readonly string[];
}

/** The result of an update's validation: errors refuse it, warnings go into Warning headers. */
export interface Verdict {
  readonly errors: readonly FieldError[];
  readonly warnings: readonly string[];
}

/** How objects of one resource behave. */
export interface Rules {
  readonly nameCheck: NameCheck;
  /** A PUT without resourceVersion overwrites what is there. */
  readonly unconditionalUpdate: boolean;
  /** A PUT creates an object that is not there. */
  readonly createOnUpdate: boolean;
  /** JSON paths that a field selector may name, besides metadata.name and metadata.namespace. */
  readonly selectable: readonly string[];
  decode(body: JsonObject): Decoded;
  /** A stored object as readers see it. */
  read(stored: KubernetesObject): KubernetesObject;
  /** The object in the form in which it is stored. */
  store(object: KubernetesObject): KubernetesObject;
  prepareCreate(object: KubernetesObject): KubernetesObject;
  prepareUpdate(object: KubernetesObject, old: KubernetesObject): KubernetesObject;
  prepareStatus(object: KubernetesObject, old: KubernetesObject): KubernetesObject;
  validate(object: KubernetesObject): readonly FieldError[];
  validateUpdate(object: KubernetesObject, old: KubernetesObject, subresource: string): Verdict;
  /** A strategic merge patch of an object; absent where that is not supported. */
  readonly strategicMerge?: (object: JsonObject, patch: JsonObject) => JsonObject;
}

/** A resource in one served version. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly Verb[];
  readonly subresources: readonly string[];
  /** True for resources that a CustomResourceDefinition made. */
  readonly custom: boolean;
  /** The collection in the store, when it is another's, as for the two event APIs. */
  readonly collection?: string;
  readonly columns: readonly Column[];
  readonly rules: Rules;
}

/** The name of the collection in the store: the same for all versions of a resource. */
export function collectionOf(resource: Pick<Resource, 'plural' | 'group' | 'collection'>): string {
  if (resource.collection !== undefined) return resource.collection;
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** `group/version`, or the version alone in the core group. */
export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** All verbs of an ordinary resource. */
export const allVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
