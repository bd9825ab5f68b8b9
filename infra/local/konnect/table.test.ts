import { expect, it } from 'vitest';
import { createTable, drop, idsWith, put } from './table.ts';

interface Row {
  readonly name?: string | null;
  readonly owner?: { readonly id: string };
}

it('finds rows by the values of fields, and follows every change', () => {
  const table = createTable<Row>();
  put(table, '1', { name: 'a' });
  expect(idsWith(table, ['name'], { name: 'a' })).toEqual(['1']);

  put(table, '2', { name: 'a' });
  expect(idsWith(table, ['name'], { name: 'a' })).toEqual(['1', '2']);

  put(table, '1', { name: 'b' });
  drop(table, '2');
  expect(idsWith(table, ['name'], { name: 'a' })).toEqual([]);
  expect(idsWith(table, ['name'], { name: 'b' })).toEqual(['1']);
});

it('compares several fields together, and objects by what they hold', () => {
  const table = createTable<Row>();
  put(table, '1', { name: 'a', owner: { id: 'x' } });
  put(table, '2', { name: 'a', owner: { id: 'y' } });
  expect(idsWith(table, ['owner', 'name'], { name: 'a', owner: { id: 'y' } })).toEqual(['2']);
  expect(idsWith(table, ['owner'], { owner: { id: 'x' } })).toEqual(['1']);
});

it('tells an unset field from null', () => {
  const table = createTable<Row>();
  put(table, '1', {});
  put(table, '2', { name: null });
  expect(idsWith(table, ['name'], {})).toEqual(['1']);
  expect(idsWith(table, ['name'], { name: null })).toEqual(['2']);
});
