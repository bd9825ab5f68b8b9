import { KonnectError } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import { type Page, pageSizeOf, type Query, readPage } from './paging.ts';
import { BodyTooLarge } from './transport.ts';

// A million core entities; more pages than that is a server that never ends.
const mostPages = 1000;

/**
 * Walks all pages, and yields each item once, though items shift between pages while others are made or removed.
 * A page that is too large to be read is asked for in smaller ones. A list that repeats a cursor, never ends, or has fewer
 * items than it promised is an error: a list cut short would look as if entities were missing.
 * @param get gives the answer to the path with that query
 */
export async function* walk(
  path: string,
  query: Query,
  get: (query: Query) => Promise<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  const seen = new Set<string>();
  const cursors = new Set<string>();
  let next: Query | undefined = {};
  let size: Query = defaultSize(path, query);
  while (next !== undefined) {
    const { page, size: usedSize }: SizedPage = await readSized(path, { ...query, ...next }, size, get);
    size = usedSize;
    yield* page.items.filter((item) => isNew(item, seen));
    next = page.next;
    if (next === undefined && cursors.size === 0) assertWhole(path, page);
    if (next !== undefined) remember(path, JSON.stringify(next), cursors);
  }
}

interface SizedPage {
  readonly page: Page;
  readonly size: Query;
}

async function readSized(
  path: string,
  query: Query,
  size: Query,
  get: (query: Query) => Promise<unknown>,
): Promise<SizedPage> {
  try {
    const page = readPage(await get({ ...query, ...size }));
    if (page === undefined) throw broken(path, 'is no list (neither "data" nor "items")');
    return { page, size };
  } catch (error) {
    const smaller = smallerSize(size);
    const tooLarge = error instanceof KonnectError && error.cause instanceof BodyTooLarge;
    // A page number counts pages of one size, so the size can only change where the position does not depend on it.
    if (!tooLarge || smaller === undefined || query['page[number]'] !== undefined) throw error;
    return readSized(path, query, smaller, get);
  }
}

function defaultSize(path: string, query: Query): Query {
  const known = pageSizeOf(path);
  if (known === undefined) return {};
  return { [known.parameter]: query[known.parameter] ?? String(known.size) };
}

function smallerSize(size: Query): Query | undefined {
  const [entry] = Object.entries(size);
  if (entry === undefined || Number(entry[1]) <= 1) return undefined;
  return { [entry[0]]: String(Math.ceil(Number(entry[1]) / 10)) };
}

function isNew(item: unknown, seen: Set<string>): boolean {
  const id = isRecord(item) ? item['id'] : undefined;
  if (typeof id !== 'string') return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return true;
}

function remember(path: string, cursor: string, cursors: Set<string>): void {
  if (cursors.has(cursor)) throw broken(path, 'comes back to a page that it gave before');
  if (cursors.size >= mostPages) throw broken(path, `has more than ${mostPages} pages`);
  cursors.add(cursor);
}

function assertWhole(path: string, { items, total }: Page): void {
  if (total !== undefined && items.length < total) throw broken(path, `gives ${items.length} of ${total} items`);
}

function broken(path: string, what: string): KonnectError {
  return new KonnectError(`Konnect's list ${path} ${what}`, { failure: 'unintelligible' });
}
