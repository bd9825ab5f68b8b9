import type { InvalidParameter } from './answer.ts';

const defaultSize = 10;
const maxSize = 100;

/** Thrown for a page that cannot be served; the family words the refusal. */
export class BadPage extends Error {
  readonly parameter: InvalidParameter;

  constructor(field: string, rule: string, reason: string) {
    super(`${field} ${reason}`);
    this.name = 'BadPage';
    this.parameter = { field, rule, source: 'query', reason };
  }
}

export interface NumberedPage<Row> {
  readonly meta: { readonly page: { readonly number: number; readonly size: number; readonly total: number } };
  readonly data: readonly Row[];
}

/** `page[number]` from 1, `page[size]` 10 unless told, never more than 100 whatever is asked. */
export function numberedPage<Row>(rows: readonly Row[], query: URLSearchParams): NumberedPage<Row> {
  const size = pageSize(query);
  const number = wholeNumber(query, 'page[number]') ?? 1;
  const data = rows.slice((number - 1) * size, number * size);
  return { meta: { page: { number, size, total: rows.length } }, data };
}

export interface CursorPage<Row> {
  readonly data: readonly Row[];
  readonly meta: { readonly page: { readonly size: number; readonly next: string | null; readonly total?: number } };
}

/** `page[after]` holds an opaque cursor that stands for the last id seen; `total` comes with the first page only. */
export function cursorPage<Row extends { readonly id: string }>(
  rows: readonly Row[],
  path: string,
  query: URLSearchParams,
): CursorPage<Row> {
  const size = pageSize(query);
  const after = query.get('page[after]') || undefined;
  const page = rowsAfter(rows, after === undefined ? undefined : readCursor(after, 'page[after]'), size);
  const next = page.next === undefined ? null : `${path}?page[size]=${size}&page[after]=${page.next}`;
  return { data: page.data, meta: { page: { size, next, ...(after === undefined && { total: rows.length }) } } };
}

export interface Slice<Row> {
  readonly data: readonly Row[];
  /** Cursor of the page that follows; absent on the last page. */
  readonly next?: string;
}

/** Rows by id after a given one. Order by id keeps pages stable while rows come and go. */
export function rowsAfter<Row extends { readonly id: string }>(
  rows: readonly Row[],
  after: string | undefined,
  size: number,
): Slice<Row> {
  const ordered = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const rest = after === undefined ? ordered : ordered.filter(({ id }) => id > after);
  const data = rest.slice(0, size);
  const last = data.at(-1);
  return rest.length > size && last !== undefined ? { data, next: writeCursor(last.id) } : { data };
}

/** The id in a cursor that `rowsAfter` gave out. */
export function readCursor(cursor: string, field: string): string {
  const [version, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(':');
  if (version !== 'v1' || id === undefined) throw new BadPage(field, 'invalid', 'is not a valid cursor');
  return id;
}

function writeCursor(id: string): string {
  return Buffer.from(`v1:${id}`).toString('base64url');
}

function pageSize(query: URLSearchParams): number {
  return Math.min(wholeNumber(query, 'page[size]') ?? defaultSize, maxSize);
}

function wholeNumber(query: URLSearchParams, field: string): number | undefined {
  const text = query.get(field);
  if (text === null || text === '') return undefined;
  if (!/^\d+$/.test(text)) throw new BadPage(field, 'is_integer', 'must be an integer');
  if (Number(text) < 1) throw new BadPage(field, 'invalid', 'must be at least 1');
  return Number(text);
}
