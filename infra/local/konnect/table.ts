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
  table.rows.set(id, row);
}

export function drop<Row>(table: Table<Row>, id: string): void {
  remember(table, id);
  table.rows.delete(id);
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
