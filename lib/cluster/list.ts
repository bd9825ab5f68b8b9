import type { ClusterError } from '../engine/errors.ts';
import { isRecord, type KubernetesObject, type Resource } from '../engine/objects.ts';
import { type Answer, failureOf, notServed, unintelligible } from './failures.ts';
import { isVersion, toMetadata } from './metadata.ts';
import { callText, pathOf, resourceText } from './paths.ts';
import type { Call } from './transport.ts';

/** Which objects to list or watch. */
export interface Selection {
  readonly resource: Resource;
  /** All namespaces where absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** Only `metadata` is sent by the API server: a Secret's data never reaches this process. */
  readonly metadataOnly?: boolean;
}

export interface Page {
  readonly objects: readonly KubernetesObject[];
  /** The version of the whole list, the same on every page: where a watch starts. */
  readonly resourceVersion: string;
  /** Items that are no objects. */
  readonly unreadable: number;
}

const pageSize = 500;

/**
 * Lists page by page, so that no more than one page is held here.
 * @throws {ClusterError} `isExpired` when the list grew too old between two pages: start again.
 */
export async function* listPages(
  send: (call: Call) => Promise<Answer>,
  cluster: string,
  selection: Selection,
  now: () => Date,
): AsyncGenerator<Page> {
  const what = callText('list', selection.resource, undefined, cluster);
  const tokens = new Set<string>();
  let token = '';
  do {
    const answer = await send({
      what,
      method: 'GET',
      path: pathOf(selection.resource, selection.namespace),
      query: { ...queryOf(selection), limit: String(pageSize), ...(token === '' ? {} : { continue: token }) },
      accept: acceptOf(selection, 'PartialObjectMetadataList'),
    });
    if (answer.status !== 200) throw listFailure(what, selection.resource, answer, now());
    const { page, next } = parsePage(what, selection.resource, answer.body);
    yield page;
    // A server that leads back to a page would be asked for ever.
    if (tokens.has(next)) throw unintelligible(what, 'the list comes back to a page that it gave before');
    tokens.add(next);
    token = next;
  } while (token !== '');
}

/** The error of a list or watch that was refused; a 404 means that nothing serves the resource. */
export function listFailure(what: string, resource: Resource, answer: Answer, now: Date): ClusterError {
  return answer.status === 404 ? notServed(what, resourceText(resource)) : failureOf(what, answer, now);
}

export function queryOf(selection: Selection): Record<string, string> {
  return selection.labelSelector === undefined ? {} : { labelSelector: selection.labelSelector };
}

export function acceptOf(selection: Selection, as: 'PartialObjectMetadata' | 'PartialObjectMetadataList'): string {
  return selection.metadataOnly === true ? `application/json;as=${as};v=v1;g=meta.k8s.io` : 'application/json';
}

/**
 * Checks the parts of an object that everybody here relies on. Kind and API version are set from the resource, since
 * lists of built-in kinds leave them out and metadata-only answers carry those of PartialObjectMetadata.
 * @throws {ClusterError} for anything else.
 */
export function parseObject(what: string, resource: Resource, value: unknown): KubernetesObject {
  const object = toObject(resource, value);
  if (object === undefined) throw unintelligible(what, 'the answer is not a Kubernetes object');
  return object;
}

function toObject({ group, version, kind }: Resource, value: unknown): KubernetesObject | undefined {
  const metadata = isRecord(value) ? toMetadata(value['metadata']) : undefined;
  if (!isRecord(value) || metadata === undefined) return undefined;
  return { ...value, apiVersion: group === '' ? version : `${group}/${version}`, kind, metadata };
}

function parsePage(what: string, resource: Resource, body: string): { page: Page; next: string } {
  const list = parseJson(what, body);
  const metadata = isRecord(list) && isRecord(list['metadata']) ? list['metadata'] : {};
  const items = isRecord(list) ? list['items'] : undefined;
  const { resourceVersion, continue: next } = metadata;
  if (!Array.isArray(items) || !isVersion(resourceVersion)) throw unintelligible(what, 'the answer is not a list');
  const objects = items.flatMap((item: unknown) => toObject(resource, item) ?? []);
  const page = { objects, resourceVersion, unreadable: items.length - objects.length };
  return { page, next: typeof next === 'string' ? next : '' };
}

/** @throws {ClusterError} for what is not JSON; the text is not quoted. */
export function parseJson(what: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw unintelligible(what, 'the answer is not JSON');
  }
}
