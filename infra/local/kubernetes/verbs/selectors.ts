import { at, type Json } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest } from '../status.ts';
import { parseLabelSelector } from './label-selector.ts';

/** Whether an object is selected. */
export type Selector = (object: KubernetesObject) => boolean;

function labelSelector(text: string | null): Selector | undefined {
  if (text === null || text.trim() === '') return undefined;
  const holds = parseLabelSelector(text);
  return ({ metadata }) => holds(metadata.labels ?? {});
}

function fieldValue(object: KubernetesObject, path: string): string {
  const value: Json | undefined = at(object, ...path.split('.'));
  return value === undefined || value === null ? '' : String(value);
}

/** A field selector; fields that the resource does not offer are a 400, as are terms that can not be read. */
function fieldSelector(text: string | null, resource: Resource): Selector | undefined {
  if (text === null || text === '') return undefined;
  const { selectable } = resource.rules;
  const known = ['metadata.name', 'metadata.namespace', ...selectable];
  const terms = text.split(',').map((term) => {
    const [, path = '', operator = '', value = ''] = /^([^!=]+)(!=|==?)(.*)$/.exec(term) ?? [];
    if (path === '') throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    if (!known.includes(path)) throw badRequest(`field label not supported: ${path}`);
    return (object: KubernetesObject) => (fieldValue(object, path) === value) === (operator !== '!=');
  });
  return (object) => terms.every((holds) => holds(object));
}

/** Both selectors of a query, and a name, as one; undefined when everything is selected. */
export function bothSelectors(
  query: URLSearchParams,
  resource: Resource,
  name: string | undefined,
): Selector | undefined {
  const labels = labelSelector(query.get('labelSelector'));
  const fields = fieldSelector(query.get('fieldSelector'), resource);
  if (labels === undefined && fields === undefined && name === undefined) return undefined;
  return (object) =>
    labels?.(object) !== false && fields?.(object) !== false && (name === undefined || object.metadata.name === name);
}
