import type { InvalidParameter } from '../answer.ts';
import type { ControlPlane } from '../state.ts';
import { badRequest } from './refusals.ts';

type Test = (actual: string, wanted: string) => boolean;

const tests: Readonly<Record<string, Test>> = {
  eq: (actual, wanted) => actual === wanted,
  neq: (actual, wanted) => actual !== wanted,
  contains: (actual, wanted) => actual.includes(wanted),
  oeq: (actual, wanted) => wanted.split(',').includes(actual),
};

interface Filterable {
  readonly operators: readonly string[];
  readonly value: (controlPlane: ControlPlane) => string;
}

const fields: Readonly<Record<string, Filterable>> = {
  id: { operators: ['eq', 'oeq'], value: ({ id }) => id },
  name: { operators: ['eq', 'neq', 'contains'], value: ({ name }) => name },
  cluster_type: { operators: ['eq', 'neq', 'oeq'], value: ({ config }) => config.cluster_type },
  cloud_gateway: { operators: ['eq'], value: ({ config }) => String(config.cloud_gateway) },
};

/** `filter[field]=x`, `filter[field][operator]=x` and `labels=key:value,key`; all of them must hold. Other names are ignored. */
export function matches(query: URLSearchParams): (controlPlane: ControlPlane) => boolean {
  const conditions = [...query].flatMap(([name, wanted]) => {
    const found = /^filter\[([^\]]*)\](?:\[([^\]]*)\])?$/.exec(name);
    return found === null ? [] : [condition(found[1] ?? '', found[2], wanted)];
  });
  const labels = (query.get('labels') ?? '').split(',').filter((label) => label !== '');
  return (controlPlane) =>
    conditions.every((holds) => holds(controlPlane)) && labels.every((label) => hasLabel(controlPlane, label));
}

/** `created_at` ascending, or with `desc` behind it; creation order when nothing is asked. */
export function sorted(controlPlanes: readonly ControlPlane[], query: URLSearchParams): readonly ControlPlane[] {
  const asked = query.get('sort');
  if (asked === null || asked === '') return controlPlanes;
  const [attribute, direction = 'asc', ...rest] = asked.trim().split(/[ +]+/);
  if (attribute !== 'created_at' || !['asc', 'desc'].includes(direction) || rest.length > 0) {
    throw refuse({ field: 'sort', reason: `[${asked}] is not a supported sort attribute` });
  }
  const ascending = controlPlanes.toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  return direction === 'desc' ? ascending.toReversed() : ascending;
}

function condition(field: string, operator: string | undefined, wanted: string): (c: ControlPlane) => boolean {
  const filterable = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (filterable === undefined) {
    throw refuse({ field: `[filter][${field}]`, reason: `[${field}] is not a supported filter field` });
  }
  if (operator === undefined && wanted === '') return (c) => filterable.value(c) !== ''; // a bare name tests existence
  const name = operator ?? 'eq';
  const test = filterable.operators.includes(name) ? tests[name] : undefined;
  if (test === undefined) {
    throw refuse({ field: `[filter][${field}][${name}]`, reason: `[${name}] is not a supported filter operation` });
  }
  return (controlPlane) => test(filterable.value(controlPlane), wanted);
}

function hasLabel({ labels }: ControlPlane, wanted: string): boolean {
  const [key = '', ...value] = wanted.split(':');
  return Object.hasOwn(labels, key) && (value.length === 0 || labels[key] === value.join(':'));
}

function refuse(parameter: InvalidParameter): Error {
  return badRequest('Invalid Parameters', [{ ...parameter, source: 'query' }]);
}
