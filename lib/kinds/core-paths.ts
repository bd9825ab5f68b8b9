import type { CoreMapping, Ids } from '../engine/core-entity.ts';
import type { KubernetesObject } from '../engine/objects.ts';
import { isRecord } from '../engine/objects.ts';
import { pathOf } from '../konnect/path.ts';

/** The path of a collection of the control plane, such as `services`. */
export function inControlPlane(collection: string): (ids: Ids) => string {
  return (ids) => pathOf`/v2/control-planes/${ids.controlPlane}/core-entities/${collection}`;
}

/** The path of a collection under another entity, such as the targets of an upstream. */
export function under(parents: string, ref: string, collection: string): (ids: Ids) => string {
  return (ids) =>
    pathOf`/v2/control-planes/${ids.controlPlane}/core-entities/${parents}/${ids[ref] ?? ''}/${collection}`;
}

/** `spec.tags`. */
export const specTags: CoreMapping['tags'] = ({ spec }: KubernetesObject) => {
  const tags = isRecord(spec) ? spec['tags'] : undefined;
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [];
};

/** The fields without those that are undefined: what is not sent, Konnect fills with its default. */
export function present(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The fields of a spec that are sent as they are: without references, which become ids, and tags. */
export function fieldsWithout<Fields extends object, Left extends keyof Fields>(
  fields: Fields,
  ...left: readonly Left[]
): Omit<Fields, Left> {
  const kept = Object.entries(fields).filter(
    ([name, value]) => value !== undefined && !left.some((one) => one === name),
  );
  return Object.fromEntries(kept) as Omit<Fields, Left>;
}

/** The name that is unique, where the entity has one. */
export const byName: NonNullable<CoreMapping['uniqueName']> = ({ name }) =>
  typeof name === 'string' ? name : undefined;

/** True where the field of an entity holds a reference to this id. */
export function refersTo(entity: Readonly<Record<string, unknown>>, field: string, id: string | undefined): boolean {
  const reference = entity[field];
  return id !== undefined && isRecord(reference) && reference['id'] === id;
}

/** Entities that have the same text in one of these fields, where Konnect wants each once in a control plane. */
export function sameIn(...fields: readonly string[]): NonNullable<CoreMapping['isRival']> {
  return (body, other) => fields.some((field) => body[field] !== undefined && body[field] === other[field]);
}
