import { BadPage, readCursor, rowsAfter } from '../paging.ts';
import type { Body } from '../schema.ts';
import type { Entity } from '../state.ts';
import type { EntityType } from './entity-type.ts';
import { invalidArgument } from './refusals.ts';

const defaultSize = 100;
const maxSize = 1000;
const maxTagsInQuery = 5;

export interface ListQuery {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Kong ignores `tags` on lists below another entity. */
  readonly ignoreTags: boolean;
}

/** One page of a list: `offset` and `next` lead on; on the last page `next` is null and `offset` absent. */
export function listPage(type: EntityType, entities: readonly Entity[], { path, query, ignoreTags }: ListQuery): Body {
  const size = sizeOf(query);
  const hasTags = ignoreTags ? () => true : tagTest(query.get('tags') ?? '');
  const wanted = entities.filter((entity) => hasTags(entity) && isAsked(type, entity, query));
  const page = rowsAfter(wanted, offsetOf(query), size);
  if (page.next === undefined) return { data: page.data, next: null };
  const following = new URLSearchParams(query);
  following.set('offset', page.next);
  return { data: page.data, next: `${path}?${following}`, offset: page.next };
}

function sizeOf(query: URLSearchParams): number {
  const text = query.get('size');
  if (text === null) return defaultSize;
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= maxSize) return Number(text);
  throw invalidArgument(`invalid page size '${text}', must be within range [1 - ${maxSize}]`);
}

function offsetOf(query: URLSearchParams): string | undefined {
  const text = query.get('offset');
  if (text === null || text === '') return undefined;
  try {
    return readCursor(text, 'offset');
  } catch (error) {
    throw error instanceof BadPage ? invalidArgument(`invalid offset '${text}'`) : error;
  }
}

/** `a,b` wants both tags, `a/b` any; at most five, never mixed. */
function tagTest(text: string): (entity: Entity) => boolean {
  if (text === '') return () => true;
  if (text.includes(',') && text.includes('/')) throw invalidArgument('invalid tags filter: mixed use of , and /');
  const tags = text.split(/[,/]/);
  if (tags.length > maxTagsInQuery) throw invalidArgument(`invalid tags filter: more than ${maxTagsInQuery} tags`);
  const any = text.includes('/');
  return ({ tags: own }) => {
    const has = (tag: string) => Array.isArray(own) && own.includes(tag);
    return any ? tags.some(has) : tags.every(has);
  };
}

function isAsked(type: EntityType, entity: Entity, query: URLSearchParams): boolean {
  const { filterField, filters = [] } = type;
  const name = filterField === undefined ? undefined : String(entity[filterField] ?? '');
  const equal = query.get('filter[name][eq]');
  const part = query.get('filter[name][contains]');
  const named = name === undefined || ((equal === null || name === equal) && (part === null || name.includes(part)));
  return named && filters.every((field) => !query.has(field) || entity[field] === query.get(field));
}
