import { isRecord } from '../engine/objects.ts';

export type Query = Readonly<Record<string, string>>;

/** One page of a list of whatever style. */
export interface Page {
  readonly items: readonly unknown[];
  /** What to add to the query for the page after it; undefined on the last. */
  readonly next: Query | undefined;
  /** How many items the whole list has, where the page tells. */
  readonly total: number | undefined;
}

/** The largest pages that each family is known to take; what the path gives back by default can be ten items. */
const pageSizes: readonly { readonly path: RegExp; readonly parameter?: string; readonly size: number }[] = [
  { path: /\/dp-client-certificates$/, size: 0 },
  { path: /\/core-entities\/plugin-schemas$/, parameter: 'page[size]', size: 100 },
  { path: /\/core-entities\//, parameter: 'size', size: 1000 },
  { path: /^/, parameter: 'page[size]', size: 100 },
];

/** The query parameter for the size of a page of that path and its largest value; undefined where there is no paging. */
export function pageSizeOf(path: string): { readonly parameter: string; readonly size: number } | undefined {
  const found = pageSizes.find((entry) => entry.path.test(path));
  return found?.parameter === undefined ? undefined : { parameter: found.parameter, size: found.size };
}

/**
 * Recognises a page by its content: an offset (core entities), a cursor or URI under `next` (memberships, config stores,
 * nodes), or a page number (control planes, cloud gateways, identity). Undefined where it is no list.
 */
export function readPage(answer: unknown): Page | undefined {
  if (!isRecord(answer)) return undefined;
  const items = answer['data'] ?? answer['items'];
  if (!Array.isArray(items)) return undefined;
  const meta = isRecord(answer['meta']) ? answer['meta'] : {};
  const page = [meta['page'], answer['page']].find(isRecord) ?? {};
  return { items, next: nextOf(answer, page, items), total: numberIn(page, 'total', 'total_count') };
}

function nextOf(
  answer: Readonly<Record<string, unknown>>,
  page: Readonly<Record<string, unknown>>,
  items: readonly unknown[],
): Query | undefined {
  const offset = answer['offset'];
  if (typeof offset === 'string' && offset !== '') return { offset };
  // `next` present but null is the end of a cursor list, even where a total stands beside it.
  if (page['next'] !== undefined) return cursor(page['next']);
  const number = numberIn(page, 'number');
  if (number === undefined || items.length === 0) return undefined;
  const size = numberIn(page, 'size') ?? items.length;
  const total = numberIn(page, 'total');
  const more = total === undefined ? items.length >= size : number * size < total;
  return more ? { 'page[number]': String(number + 1) } : undefined;
}

// Only the cursor is taken from a URI: where the next request goes is never for an answer to say.
function cursor(next: unknown): Query | undefined {
  if (typeof next !== 'string' || next === '') return undefined;
  const query = next.includes('?') ? new URLSearchParams(next.slice(next.indexOf('?'))) : undefined;
  return { 'page[after]': query?.get('page[after]') ?? next };
}

function numberIn(page: Readonly<Record<string, unknown>>, ...names: readonly string[]): number | undefined {
  return names.map((name) => page[name]).find((value) => typeof value === 'number');
}
