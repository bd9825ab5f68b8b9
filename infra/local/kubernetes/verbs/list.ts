import type { Cluster } from '../cluster.ts';
import type { Answer, ListMeta } from '../http/answer.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import { ApiError, badRequest, expired } from '../status.ts';
import type { Snapshot, StoredObject } from '../store/store.ts';
import {
  type Continuation,
  checkOptions,
  limitOf,
  readToken,
  revisionOf,
  versionError,
  writeToken,
} from './list-options.ts';
import { bothSelectors, type Selector } from './selectors.ts';

/** Which objects a list or watch is about. */
export interface Scope {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  /** Set when one object is asked for by a field selector on its name. */
  readonly name: string | undefined;
}

const continueExpired =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** The prefix of the keys in a namespace, or of all keys. */
export function prefixOf({ resource, namespace }: Scope): string {
  if (!resource.namespaced) return '/';
  return namespace === undefined ? '' : `${namespace}/`;
}

/** Answers a list; throws ApiError 400, 410, 422 or 504. */
export function listObjects(cluster: Cluster, scope: Scope, query: URLSearchParams): Answer {
  checkOptions(query, false);
  const selector = bothSelectors(query, scope.resource, scope.name);
  const continuation = readToken(query.get('continue'));
  const snapshot = snapshotFor(cluster, scope, query, continuation);
  const objects = snapshot.objects.filter(({ key }) => continuation === undefined || key >= continuation.start);
  // Answered from its cache, the real server takes "0" as "whatever you have", all of it.
  const limit = query.get('resourceVersion') === '0' ? 0 : limitOf(query);
  return page(objects, snapshot.revision, limit, selector, scope.resource);
}

function page(
  objects: readonly StoredObject[],
  revision: number,
  limit: number,
  selector: Selector | undefined,
  resource: Resource,
): Answer {
  const chosen: StoredObject[] = [];
  let next: string | undefined;
  let rest = 0;
  for (const stored of objects) {
    if (selector !== undefined && !selector(resource.rules.read(stored.object))) continue;
    if (limit > 0 && chosen.length === limit) {
      next ??= stored.key;
      rest += 1;
      if (selector !== undefined) break;
    } else chosen.push(stored);
  }
  const objectsRead = chosen.map(({ object }) => resource.rules.read(object));
  return { is: 'list', resource, objects: objectsRead, metadata: metaOf(resource, revision, next, selector, rest) };
}

function metaOf(
  resource: Resource,
  revision: number,
  next: string | undefined,
  selector: Selector | undefined,
  rest: number,
): ListMeta {
  const resourceVersion = String(revision);
  if (next === undefined) return resource.custom ? { continue: '', resourceVersion } : { resourceVersion };
  const remaining = selector === undefined ? { remainingItemCount: rest } : {};
  return { resourceVersion, continue: writeToken({ revision, start: next }), ...remaining };
}

/** Refuses a resourceVersion that is no number (400) or in the future (504). */
export function checkVersion(cluster: Cluster, text: string | null): number {
  const wanted = revisionOf(text);
  if (wanted === undefined) throw badRequest(`invalid resource version: ${versionError(text ?? '')}`);
  const now = cluster.store.revision();
  if (wanted <= now) return wanted;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  const message = `Timeout: Too large resource version: ${wanted}, current: ${now}`;
  throw new ApiError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}

function snapshotFor(
  cluster: Cluster,
  scope: Scope,
  query: URLSearchParams,
  continuation: Continuation | undefined,
): Snapshot {
  const { store } = cluster;
  const collection = collectionOf(scope.resource);
  const prefix = prefixOf(scope);
  const version = query.get('resourceVersion') ?? '';
  if (continuation !== undefined && version !== '' && version !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const wanted = checkVersion(cluster, version);
  const exact = query.get('resourceVersionMatch') === 'Exact' ? wanted : -1;
  const revision = continuation?.revision ?? exact;
  if (revision <= 0) return { revision: store.revision(), objects: store.list(collection, prefix) };
  const snapshot = store.listAt(collection, prefix, revision);
  if (snapshot !== undefined) return snapshot;
  if (continuation === undefined) throw expired('The resourceVersion for the provided list is too old.');
  const token = writeToken({ revision: -1, start: continuation.start });
  throw new ApiError(410, 'Expired', continueExpired, undefined, { continue: token });
}
