/**
 * Rows by id, in the order of their creation, with the most recent change kept: a stale read is a read from before it.
 * Rows are never changed in place, so whoever holds one (a recorded answer, a test) holds what was true then.
 */
export interface Table<Row> {
  readonly rows: Map<string, Row>;
  last?: Change<Row>;
}

interface Change<Row> {
  readonly id: string;
  readonly before?: Row;
}

export function createTable<Row>(): Table<Row> {
  return { rows: new Map() };
}

export function put<Row>(table: Table<Row>, id: string, row: Row): void {
  remember(table, id);
  unlist(table, id);
  table.rows.set(id, row);
  for (const index of indexes.get(table) ?? []) list(index, id, row);
}

export function drop<Row>(table: Table<Row>, id: string): void {
  remember(table, id);
  unlist(table, id);
  table.rows.delete(id);
}

/** The ids of the rows that hold these fields' values; an unset field counts as one. Found by an index that is kept. */
export function idsWith<Row>(table: Table<Row>, fields: readonly string[], values: object): readonly string[] {
  const known = indexes.get(table) ?? [];
  const index = known.find((one) => one.fields.join() === fields.join()) ?? { fields, ids: new Map() };
  if (!known.includes(index)) {
    for (const [id, row] of table.rows) list(index, id, row);
    indexes.set(table, [...known, index]);
  }
  return [...(index.ids.get(valuesOf(index, values)) ?? [])];
}

interface Index {
  readonly fields: readonly string[];
  readonly ids: Map<string, Set<string>>;
}

// Beside the tables, which are copied for a restart.
const indexes = new WeakMap<object, readonly Index[]>();

// In lists, so that an unset value differs from null.
function valuesOf({ fields }: Index, row: unknown): string {
  const value = (field: string): unknown =>
    typeof row === 'object' && row !== null ? Reflect.get(row, field) : undefined;
  return JSON.stringify(fields.map((field) => (value(field) === undefined ? [] : [value(field)])));
}

function list(index: Index, id: string, row: unknown): void {
  const values = valuesOf(index, row);
  index.ids.set(values, (index.ids.get(values) ?? new Set()).add(id));
}

function unlist<Row>(table: Table<Row>, id: string): void {
  const row = table.rows.get(id);
  if (row === undefined) return;
  for (const index of indexes.get(table) ?? []) {
    const values = valuesOf(index, row);
    index.ids.get(values)?.delete(id);
    if (index.ids.get(values)?.size === 0) index.ids.delete(values);
  }
}

/** All rows; with `stale`, the rows as they were before the most recent change. */
export function all<Row>(table: Table<Row>, stale = false): readonly Row[] {
  if (!stale || table.last === undefined) return [...table.rows.values()];
  const { id, before } = table.last;
  const others = [...table.rows].filter(([key]) => key !== id).map(([, row]) => row);
  return before === undefined ? others : [...others, before];
}

function remember<Row>(table: Table<Row>, id: string): void {
  const before = table.rows.get(id);
  table.last = before === undefined ? { id } : { id, before };
}
