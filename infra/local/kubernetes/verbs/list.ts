import type { Cluster } from '../cluster.ts';
import { type FieldError, forbiddenField, invalidField, notSupported } from '../field-errors.ts';
import type { Answer, ListMeta } from '../http/answer.ts';
import { isObject } from '../json.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import { ApiError, badRequest, expired, invalid } from '../status.ts';
import type { Snapshot, StoredObject } from '../store/store.ts';
import { bothSelectors, type Selector } from './selectors.ts';

/** Which objects a list or watch is about. */
export interface Scope {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  /** Set when one object is asked for by a field selector on its name. */
  readonly name: string | undefined;
}

interface Continuation {
  readonly revision: number;
  readonly start: string;
}

const continueExpired =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** The prefix of the keys in a namespace, or of all keys. */
export function prefixOf({ resource, namespace }: Scope): string {
  if (!resource.namespaced) return '/';
  return namespace === undefined ? '' : `${namespace}/`;
}

/** A resourceVersion parameter as a number; 0 when absent; 422 or 400 when it is none. */
export function revisionOf(text: string | null): number {
  if (text === null || text === '') return 0;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0 && /^\d+$/.test(text)) return number;
  throw invalid('', 'ListOptions', '', [
    invalidField('resourceVersion', text, `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`),
  ]);
}

/** Answers a list; throws ApiError 400, 410 or 422. */
export function listObjects(cluster: Cluster, scope: Scope, query: URLSearchParams): Answer {
  checkOptions(query);
  const selector = bothSelectors(query, scope.resource, scope.name);
  const limit = Number(query.get('limit') ?? 0);
  const continuation = readToken(query.get('continue'));
  const snapshot = snapshotFor(cluster, scope, query, continuation);
  const objects = snapshot.objects.filter(({ key }) => continuation === undefined || key >= continuation.start);
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
  const metadata: ListMeta = {
    resourceVersion: String(revision),
    ...(next === undefined ? {} : { continue: writeToken({ revision, start: next }) }),
    ...(next === undefined || selector !== undefined ? {} : { remainingItemCount: rest }),
  };
  return { is: 'list', resource, objects: chosen.map(({ object }) => resource.rules.read(object)), metadata };
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
  const now = store.revision();
  const wanted = revisionOf(query.get('resourceVersion'));
  const exact = query.get('resourceVersionMatch') === 'Exact';
  if (continuation === undefined && wanted > now) throw tooLargeVersion(wanted, now);
  const at = continuation !== undefined ? continuation.revision : exact ? wanted : -1;
  if (at <= 0) return { revision: now, objects: store.list(collection, prefix) };
  const snapshot = store.listAt(collection, prefix, at);
  if (snapshot !== undefined) return snapshot;
  if (continuation === undefined) throw expired(`The resourceVersion for the provided list is too old.`);
  throw continueToken(continuation);
}

function continueToken({ start }: Continuation): Error {
  return new ApiError(410, 'Expired', continueExpired, undefined, { continue: writeToken({ revision: -1, start }) });
}

function tooLargeVersion(wanted: number, now: number): Error {
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  const text = `Timeout: Too large resource version: ${wanted}, current: ${now}`;
  return new ApiError(504, 'Timeout', text, { causes, retryAfterSeconds: 1 });
}

function writeToken({ revision, start }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

function readToken(text: string | null): Continuation | undefined {
  if (text === null || text === '') return undefined;
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (isObject(token) && typeof token['rv'] === 'number' && typeof token['start'] === 'string') {
      return { revision: token['rv'], start: token['start'] };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw badRequest('continue key is not valid: illegal base64 data or unknown token');
}

const matches = ['Exact', 'NotOlderThan'];

/** Checks the combinations of list options; throws 422 ListOptions as the real server. */
export function checkOptions(query: URLSearchParams): void {
  const errors = [...matchErrors(query), ...limitErrors(query)];
  if (errors.length > 0) throw invalid('meta.k8s.io', 'ListOptions', '', errors);
}

function limitErrors(query: URLSearchParams): readonly FieldError[] {
  const limit = Number(query.get('limit') ?? 0);
  if (Number.isInteger(limit) && limit >= 0) return [];
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(query.get('limit'))}: invalid syntax`);
}

function matchErrors(query: URLSearchParams): readonly FieldError[] {
  const match = query.get('resourceVersionMatch') ?? '';
  const version = query.get('resourceVersion') ?? '';
  const initial = query.get('sendInitialEvents');
  const watching = query.get('watch') !== null && query.get('watch') !== 'false';
  if (initial !== null && !watching) {
    return [forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list')];
  }
  if (initial !== null && match !== 'NotOlderThan') {
    return [
      forbiddenField('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    ];
  }
  if (match === '') return [];
  if (watching && initial === null)
    return [forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch')];
  const missing = version === '' && initial === null;
  return [
    ...(missing
      ? [forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')]
      : []),
    ...(query.get('continue')
      ? [forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided')]
      : []),
    ...(matches.includes(match) ? [] : [notSupported('resourceVersionMatch', match, [...matches, ''])]),
    ...(match === 'Exact' && version === '0'
      ? [forbiddenField('resourceVersionMatch', 'resourceVersionMatch "Exact" is forbidden for resourceVersion "0"')]
      : []),
  ];
}
