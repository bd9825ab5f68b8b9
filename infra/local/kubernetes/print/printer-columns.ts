import { isList, isObject, type Json, type JsonObject, listOf, textOf } from '../json.ts';
import type { Column } from '../resources/resource.ts';
import { ageOf } from './age.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { jsonPath } from './json-path.ts';

const types: readonly Column['type'][] = ['string', 'integer', 'number', 'boolean', 'date'];

/** The columns of a custom resource: its name, then what its definition says, else its age. */
export function printerColumns(definitions: Json | undefined): readonly Column[] {
  const columns = listOf(definitions).filter(isObject);
  const plain = { ...nameColumn, description: nameColumn.description };
  if (columns.length === 0) return [plain, { ...ageColumn, type: 'date' }];
  return [plain, ...columns.map(column)];
}

function column(definition: JsonObject): Column {
  const type = types.find((known) => known === definition['type']) ?? 'string';
  const { priority } = definition;
  const path = jsonPath(textOf(definition['jsonPath']) ?? '');
  return {
    name: textOf(definition['name']) ?? '',
    type,
    format: textOf(definition['format']) ?? '',
    description:
      textOf(definition['description']) ??
      `Custom resource definition column (in JSONPath format): ${definition['jsonPath']}`,
    priority: typeof priority === 'number' ? priority : 0,
    cell: (object, now) => cellOf(path(object), type, now),
  };
}

// A value of another type than the column's prints as nothing, as the real server does.
function cellOf(values: readonly Json[], type: Column['type'], now: Date): Json {
  const [value] = values;
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'string':
      return isList(value) || isObject(value) ? JSON.stringify(value) : String(value);
    case 'date':
      return dateCell(value, now);
    default:
      return type satisfies never;
  }
}

function dateCell(value: Json, now: Date): string {
  if (typeof value !== 'string') return '<invalid>';
  return Number.isNaN(Date.parse(value)) ? '<invalid>' : ageOf(value, now);
}
