import { isNode, type Located, step } from './documents.ts';
import type { ApiOperation } from './operations.ts';
import type { Schemas } from './schemas.ts';

type Query = Readonly<Record<string, string>>;

/** What is wrong with the query of an accepted request: parameters nobody declared, missing ones, values against the schema. */
export function queryProblems(schemas: Schemas, operation: ApiOperation, query: Query): readonly string[] {
  const declared = operation.parameters.filter(({ node }) => node['in'] === 'query');
  const undeclared = Object.keys(query).filter((name) => !declared.some((parameter) => takes(parameter, name)));
  return [
    ...undeclared.map((name) => `${name} is not declared`),
    ...declared.flatMap((parameter) => valueProblems(schemas, operation, parameter, query)),
  ];
}

function valueProblems(
  schemas: Schemas,
  { document }: ApiOperation,
  parameter: Located,
  query: Query,
): readonly string[] {
  const { node } = parameter;
  const given = Object.entries(query).filter(([name]) => takes(parameter, name));
  if (given.length === 0) return node['required'] === true ? [`${node['name']} is required`] : [];
  const schema = step(document, parameter, 'schema');
  if (schema === undefined) return [];
  const value = isDeep(parameter) ? deepObject(given) : given[0]?.[1];
  if (value === '' && node['allowEmptyValue'] === true) return [];
  return schemas.faults('query', document, schema, value).map((fault) => `${node['name']}: ${fault}`);
}

function takes(parameter: Located, name: string): boolean {
  const own = String(parameter.node['name']);
  return isDeep(parameter) ? name.startsWith(`${own}[`) : name === own;
}

function isDeep({ node }: Located): boolean {
  return node['style'] === 'deepObject';
}

/** `filter[name][eq]=x` → `{ name: { eq: 'x' } }`. */
function deepObject(entries: readonly (readonly [string, string])[]): unknown {
  return entries.reduce<unknown>(
    (object, [name, value]) =>
      set(
        object,
        [...name.matchAll(/\[([^\]]*)\]/g)].map(([, key]) => key ?? ''),
        value,
      ),
    {},
  );
}

function set(object: unknown, [key, ...rest]: readonly string[], value: string): unknown {
  if (key === undefined) return value;
  const fields = isNode(object) ? object : {};
  return { ...fields, [key]: set(fields[key], rest, value) };
}
