import { isDeepStrictEqual } from 'node:util';
import { holdsForGeneration, isRecord } from '../../../lib/engine/objects.ts';
import { placeOf } from '../../../lib/engine/place.ts';
import { ownerOf } from '../../../lib/engine/tags.ts';
import { textAt } from '../../../lib/kinds/fields.ts';
import type { Known } from '../../../lib/kinds/known.ts';
import { referencesOf } from '../../../lib/status/tree.ts';
import type { LocalKonnect } from '../konnect/server.ts';

type Held = Pick<LocalKonnect, 'controlPlanes' | 'entities'>;

/** What Konnect has under the id in an object's status; undefined where there is no id, or nothing under it. */
export function entityOf(konnect: Held, { kind, object }: Known): Readonly<Record<string, unknown>> | undefined {
  const place = placeOf(object);
  if (place === undefined) return undefined;
  const { id, controlPlaneID } = place;
  const plane = konnect.controlPlanes().find((one) => one.id === controlPlaneID);
  if (kind.core === undefined || plane === undefined) return plane && { ...plane };
  const path = (kind.core.flat ?? kind.core.collection)({ controlPlane: controlPlaneID });
  const collection = path.slice(path.lastIndexOf('/') + 1);
  return konnect.entities(controlPlaneID, collection).find((entity) => entity.id === id);
}

/**
 * What is not as the object's status says, in words; undefined where all of it is: the object is done, and Konnect has an
 * entity under its id that carries its uid and stands with the entities of exactly those objects that it refers to.
 */
export function problemOf(konnect: Held, one: Known, all: readonly Known[]): string | undefined {
  const { kind, object } = one;
  if (!holdsForGeneration(object, kind.mainCondition)) return `not ${kind.mainCondition}`;
  const place = placeOf(object);
  // Some have no entity of their own: what they say is in those of others.
  if (place === undefined) return undefined;
  const entity = entityOf(konnect, one);
  if (entity === undefined) return `Konnect has nothing under ${place.id}`;
  const owner = textAt(entity, 'labels', 'k8s-uid') ?? ownerOf(entity['tags']);
  if (owner !== object.metadata.uid)
    return `what Konnect has under ${place.id} carries the uid ${owner ?? 'of nobody'}`;
  const [wanted, present] = [idsReferredTo(one, all), idsIn(entity)];
  return isDeepStrictEqual(wanted, present)
    ? undefined
    : `in Konnect it stands with ${present.join(', ') || 'nothing'}, and not with ${wanted.join(', ') || 'nothing'}`;
}

function idsReferredTo(one: Known, all: readonly Known[]): readonly string[] {
  const entities = Object.values(referencesOf(one, all))
    .flat()
    .filter(({ kind }) => kind.core !== undefined);
  return [...new Set(entities.flatMap(({ object }) => placeOf(object)?.id ?? []))].sort();
}

/** Konnect says whom an entity belongs to in fields like `service: {id}`. */
function idsIn(entity: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.values(entity)
    .flatMap((field) => (isRecord(field) && typeof field['id'] === 'string' ? [field['id']] : []))
    .sort();
}
