import type { Json, JsonObject } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import type { Resource } from '../resources/resource.ts';

/** The metadata of a list. */
export interface ListMeta extends JsonObject {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** What a verb answers, before the client's media type shapes it. */
export type Answer =
  | { readonly is: 'object'; readonly status: number; readonly resource: Resource; readonly object: KubernetesObject }
  | {
      readonly is: 'list';
      readonly resource: Resource;
      readonly objects: readonly KubernetesObject[];
      readonly metadata: ListMeta;
    }
  | { readonly is: 'json'; readonly status: number; readonly body: Json; readonly type?: string }
  | { readonly is: 'text'; readonly status: number; readonly body: string };

/** The plain-text answer of a path that nothing serves. */
export const pageNotFound: Answer = { is: 'text', status: 404, body: '404 page not found\n' };
