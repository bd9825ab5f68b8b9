import type { Choices } from '../choices.ts';
import type { Body } from '../schema.ts';
import { type Entity, entityTable, type Plane } from '../state.ts';
import { all, idsWith } from '../table.ts';
import type { EntityType, OnDelete, Reference } from './entity-type.ts';
import { type Detail, referenceDetail } from './refusals.ts';

/** An entity that points at another, with the reference it does so by. */
export interface Dependant {
  readonly type: EntityType;
  readonly reference: Reference;
  readonly entity: Entity;
}

/** Keys that another entity of the type holds already. */
export function uniqueFaults(plane: Plane, type: EntityType, id: string, fields: Body): readonly Detail[] {
  const table = entityTable(plane, type.collection);
  const isTaken = (key: readonly string[]) => idsWith(table, key, fields).some((other) => other !== id);
  const broken = type.keys.filter((key) => key.every((field) => fields[field] !== undefined)).filter(isTaken);
  const { identity } = type;
  return [
    ...broken.map((key) => referenceDetail(`${key.join(', ')} (type: unique) constraint failed`, key[0])),
    ...(identity !== undefined && isTaken(identity.fields)
      ? [referenceDetail(`${identity.name} (type: unique) constraint failed`)]
      : []),
  ];
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

/** Entities of one type that point at an entity by one of their references. */
export function pointingAt(
  plane: Plane,
  type: EntityType,
  field: string,
  id: string,
  stale = false,
): readonly Entity[] {
  const rows = all(entityTable(plane, type.collection), stale);
  return rows.filter((row) => idBy(type, field, row) === id);
}

/** The id that a single reference of an entity holds. */
export function idBy(type: EntityType, field: string, fields: Body): string | undefined {
  const reference = type.references.find((candidate) => candidate.field === field);
  return reference === undefined ? undefined : referredIds(reference, fields)[0];
}

/** What the deletion of the other entity means for a dependant: the rule of its type, or the choice made instead. */
export function onDeleteOf({ onDelete }: Choices, { type, reference }: Dependant): OnDelete {
  return onDelete[`${type.collection}.${reference.field}`] ?? reference.onDelete;
}

/** The ids a reference field holds; none when it is unset. */
export function referredIds({ field, many }: Reference, fields: Body): readonly string[] {
  const value = fields[field];
  const items: readonly unknown[] = many ? (Array.isArray(value) ? value : []) : [value];
  return items
    .map((item) => (typeof item === 'object' && item !== null && 'id' in item ? item.id : many ? item : undefined))
    .filter((id) => typeof id === 'string');
}
