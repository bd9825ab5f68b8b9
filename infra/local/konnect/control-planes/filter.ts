import type { InvalidParameter } from '../answer.ts';
import { type Filters, filterTest } from '../filter.ts';
import type { ControlPlane } from '../state.ts';
import { badRequest } from './refusals.ts';

const fields: Filters<ControlPlane> = {
  id: { operators: ['eq', 'oeq'], value: ({ id }) => id },
  name: { operators: ['eq', 'neq', 'contains'], value: ({ name }) => name },
  cluster_type: { operators: ['eq', 'neq', 'oeq'], value: ({ config }) => config.cluster_type },
  cloud_gateway: { operators: ['eq'], value: ({ config }) => String(config.cloud_gateway) },
};

/** `filter[field]=x`, `filter[field][operator]=x` and `labels=key:value,key`; all of them must hold. Other names are ignored. */
export function matches(query: URLSearchParams): (controlPlane: ControlPlane) => boolean {
  const passes = filterTest(query, fields, refuse);
  const labels = (query.get('labels') ?? '').split(',').filter((label) => label !== '');
  return (controlPlane) => passes(controlPlane) && labels.every((label) => hasLabel(controlPlane, label));
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

function hasLabel({ labels }: ControlPlane, wanted: string): boolean {
  const [key = '', ...value] = wanted.split(':');
  return Object.hasOwn(labels, key) && (value.length === 0 || labels[key] === value.join(':'));
}

function refuse(parameter: InvalidParameter): Error {
  return badRequest('Invalid Parameters', [{ ...parameter, source: 'query' }]);
}
