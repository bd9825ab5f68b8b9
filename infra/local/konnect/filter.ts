import type { InvalidParameter } from './answer.ts';

type Test = (actual: string, wanted: string) => boolean;

const tests: Readonly<Record<string, Test>> = {
  eq: (actual, wanted) => actual === wanted,
  neq: (actual, wanted) => actual !== wanted,
  contains: (actual, wanted) => actual.includes(wanted),
  oeq: (actual, wanted) => wanted.split(',').includes(actual),
  ocontains: (actual, wanted) => wanted.split(',').some((part) => actual.includes(part)),
};

/** A field that a list filters by, with the operators it takes. */
export interface Filterable<Row> {
  readonly operators: readonly string[];
  readonly value: (row: Row) => string;
}

export type Filters<Row> = Readonly<Record<string, Filterable<Row>>>;

/**
 * `filter[field]=x` and `filter[field][operator]=x`; all of them must hold. Other names are ignored.
 * @param refuse words the refusal of a field or operator that the list does not have.
 */
export function filterTest<Row>(
  query: URLSearchParams,
  fields: Filters<Row>,
  refuse: (parameter: InvalidParameter) => Error,
): (row: Row) => boolean {
  const conditions = [...query].flatMap(([name, wanted]) => {
    const found = /^filter\[([^\]]*)\](?:\[([^\]]*)\])?$/.exec(name);
    return found === null ? [] : [condition(fields, { field: found[1] ?? '', operator: found[2], wanted }, refuse)];
  });
  return (row) => conditions.every((holds) => holds(row));
}

interface Asked {
  readonly field: string;
  readonly operator: string | undefined;
  readonly wanted: string;
}

function condition<Row>(
  fields: Filters<Row>,
  { field, operator, wanted }: Asked,
  refuse: (parameter: InvalidParameter) => Error,
): (row: Row) => boolean {
  const filterable = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (filterable === undefined) {
    const reason = `[${field}] is not a supported filter field`;
    throw refuse({ field: `[filter][${field}]`, source: 'query', reason });
  }
  if (operator === undefined && wanted === '') return (row) => filterable.value(row) !== ''; // a bare name tests existence
  const name = operator ?? 'eq';
  const test = filterable.operators.includes(name) ? tests[name] : undefined;
  if (test === undefined) {
    const reason = `[${name}] is not a supported filter operation`;
    throw refuse({ field: `[filter][${field}][${name}]`, source: 'query', reason });
  }
  return (row) => test(filterable.value(row), wanted);
}
