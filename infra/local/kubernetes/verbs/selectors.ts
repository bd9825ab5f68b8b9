import { at, type Json } from '../json.ts';
import { labelValueProblems, qualifiedNameProblems } from '../meta/names.ts';
import type { KubernetesObject } from '../object.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { type ApiError, badRequest } from '../status.ts';

/** Whether an object is selected. */
export type Selector = (object: KubernetesObject) => boolean;

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const clauses: readonly (readonly [RegExp, (key: string, values: string) => Requirement])[] = [
  [/^([^\s!=<>(),]+)\s+in\s+\(([^()]*)\)$/, (key, values) => (labels) => within(labels[key], values)],
  [/^([^\s!=<>(),]+)\s+notin\s+\(([^()]*)\)$/, (key, values) => (labels) => !within(labels[key], values)],
  [/^([^\s!=<>(),]+)\s*!=\s*([^\s!=<>(),]*)$/, (key, value) => (labels) => labels[key] !== value],
  [/^([^\s!=<>(),]+)\s*==?\s*([^\s!=<>(),]*)$/, (key, value) => (labels) => labels[key] === value],
  [/^([^\s!=<>(),]+)\s*>\s*(\d+)$/, (key, value) => (labels) => Number(labels[key]) > Number(value)],
  [/^([^\s!=<>(),]+)\s*<\s*(\d+)$/, (key, value) => (labels) => Number(labels[key]) < Number(value)],
  [/^!\s*([^\s!=<>(),]+)$/, (key) => (labels) => labels[key] === undefined],
  [/^([^\s!=<>(),]+)$/, (key) => (labels) => labels[key] !== undefined],
];

function members(list: string): readonly string[] {
  return list.split(',').map((item) => item.trim());
}

function within(value: string | undefined, list: string): boolean {
  return value !== undefined && members(list).includes(value);
}

// Commas inside parentheses separate values, those outside separate requirements.
function split(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function unreadable(text: string, why: string): ApiError {
  return badRequest(`unable to parse requirement: ${why}: ${JSON.stringify(text)}`);
}

function requirement(text: string): Requirement {
  for (const [pattern, make] of clauses) {
    const [, key, values = ''] = pattern.exec(text) ?? [];
    if (key === undefined) continue;
    const [problem] = [...qualifiedNameProblems(key), ...members(values).flatMap(labelValueProblems)];
    if (problem !== undefined) throw unreadable(text, `Invalid value: ${problem}`);
    return make(key, values);
  }
  throw unreadable(text, 'found a text that is no requirement');
}

/** A label selector with all operators; undefined for an empty one, 400 for one that can not be read. */
export function labelSelector(text: string | null): Selector | undefined {
  if (text === null || text.trim() === '') return undefined;
  const requirements = split(text).map(requirement);
  return ({ metadata }) => requirements.every((holds) => holds(metadata.labels ?? {}));
}

function fieldValue(object: KubernetesObject, path: string): string {
  const value: Json | undefined = at(object, ...path.split('.'));
  return value === undefined || value === null ? '' : String(value);
}

/** A field selector; fields that the resource does not offer are a 400, as are terms that can not be read. */
export function fieldSelector(text: string | null, resource: Resource): Selector | undefined {
  if (text === null || text === '') return undefined;
  const known = ['metadata.name', ...(resource.namespaced ? ['metadata.namespace'] : []), ...resource.rules.selectable];
  const terms = text.split(',').map((term) => {
    const [, path = '', operator = '', value = ''] = /^([^!=]+)(!=|==?)(.*)$/.exec(term) ?? [];
    if (path === '') throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    if (!known.includes(path)) throw unknownField(path, resource);
    return (object: KubernetesObject) => (fieldValue(object, path) === value) === (operator !== '!=');
  });
  return (object) => terms.every((holds) => holds(object));
}

function unknownField(path: string, resource: Resource): ApiError {
  if (resource.custom) return badRequest(`field label not supported: ${path}`);
  const where =
    resource.group === '' ? `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"` : '';
  return badRequest(
    where === '' ? `field label "${path}" not supported for ${apiVersionOf(resource)}, Kind=${resource.kind}` : where,
  );
}

/** Both selectors as one; undefined when everything is selected. */
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
