import type { Body } from '../schema.ts';
import { type Entity, entityTable, type Plane } from '../state.ts';
import { all } from '../table.ts';
import type { EntityType, Reference } from './entity-type.ts';
import { type Detail, referenceDetail } from './refusals.ts';

/** An entity that points at another, with the reference it does so by. */
export interface Dependant {
  readonly type: EntityType;
  readonly reference: Reference;
  readonly entity: Entity;
}

/** Keys that another entity of the type holds already. */
export function uniqueFaults(plane: Plane, type: EntityType, id: string, fields: Body): readonly Detail[] {
  const others = all(entityTable(plane, type.collection)).filter((entity) => entity.id !== id);
  return type.keys
    .filter((key) => key.every((field) => fields[field] !== undefined))
    .filter((key) => others.some((other) => key.every((field) => same(other[field], fields[field]))))
    .map((key) => referenceDetail(`${key.join(', ')} (type: unique) constraint failed`, key[0]));
}

/** References to entities that do not exist. */
export function foreignFaults(plane: Plane, type: EntityType, fields: Body): readonly Detail[] {
  return type.references.flatMap((reference) => {
    const missing = referredIds(reference, fields).some((id) => !entityTable(plane, reference.to).rows.has(id));
    const field = reference.many ? reference.field : `${reference.field}.id`;
    return missing ? [referenceDetail(`${field} (type: foreign) constraint failed`, field)] : [];
  });
}

/** Everything in the control plane that points at one entity. */
export function dependantsOf(
  types: readonly EntityType[],
  plane: Plane,
  collection: string,
  id: string,
): readonly Dependant[] {
  return types.flatMap((type) =>
    type.references
      .filter(({ to }) => to === collection)
      .flatMap((reference) =>
        all(entityTable(plane, type.collection))
          .filter((entity) => referredIds(reference, entity).includes(id))
          .map((entity) => ({ type, reference, entity })),
      ),
  );
}

/** The ids a reference field holds; none when it is unset. */
export function referredIds({ field, many }: Reference, fields: Body): readonly string[] {
  const value = fields[field];
  if (many) return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' ? [id] : [];
}

/** Texts as they are, references by what they hold. */
function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
