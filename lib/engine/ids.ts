import { Terminal, Wait } from './errors.ts';
import { isRecord, type KubernetesObject, statusOf } from './objects.ts';
import { placeOf } from './place.ts';
import type { Refs } from './refs.ts';

/** Ids by the name of the ref that they come from, `controlPlane` always among them. */
export type Ids = Readonly<Record<string, string>> & { readonly controlPlane: string };

/** Fields of `status.konnect` by the ref whose id they take, such as `{ serviceID: 'service' }`. */
export type Parents = Readonly<Record<string, string>>;

/**
 * The ids of what the object refers to. The control plane's comes from its own object, or from a parent that is in it.
 * @throws {Terminal} where the refs lead to no control plane.
 * @throws {Wait} where they lead to several: one that is made anew has its entities back one after the other.
 */
export function idsOf(refs: Refs): Ids {
  const places = [...refs].flatMap(([name, { object }]) => {
    const place = object && placeOf(object);
    return place === undefined ? [] : [{ name, place }];
  });
  const [controlPlane, other] = new Set(places.map(({ place }) => place.controlPlaneID));
  if (controlPlane === undefined) {
    throw new Terminal(
      'the object refers to no control plane: name one in spec.controlPlaneRef.konnectNamespacedRef, with its namespace where the object has none',
      { reason: 'FailedToCreate' },
    );
  }
  if (other !== undefined) {
    const where = places.map(({ name, place }) => `${name} in ${place.controlPlaneID}`).join(', ');
    throw new Wait(
      `the objects that this one refers to live in different control planes (${where}): refer to objects of one, or wait while they move`,
      { reason: 'FailedToCreate', lost: true },
    );
  }
  return { ...Object.fromEntries(places.map(({ name, place }) => [name, place.id])), controlPlane };
}

/** The same for a deletion, where parents may be gone: they took with them what was under them. */
export function idsIfKnown(refs: Refs): Ids | undefined {
  try {
    return idsOf(refs);
  } catch (error) {
    if (error instanceof Terminal || error instanceof Wait) return undefined;
    throw error;
  }
}

/** The ids under which the entity was last written, as the status tells them; undefined before that. */
export function recordedIds(object: KubernetesObject, parents: Parents = {}): Ids | undefined {
  const place = placeOf(object);
  if (place === undefined) return undefined;
  const block = konnectBlock(object);
  const ids = Object.entries(parents).flatMap(([field, ref]) => {
    const id = block[field];
    return typeof id === 'string' && id !== '' ? [[ref, id] as const] : [];
  });
  return { ...Object.fromEntries(ids), controlPlane: place.controlPlaneID };
}

/** `status.konnect`, or an empty one. */
export function konnectBlock(object: KubernetesObject): Readonly<Record<string, unknown>> {
  const konnect = statusOf(object)['konnect'];
  return isRecord(konnect) ? konnect : {};
}

/** The ids of parents for `status.konnect`; null takes off what the object no longer refers to. */
export function parentFields(
  object: KubernetesObject,
  parents: Parents | undefined,
  ids: Ids,
): Readonly<Record<string, string | null>> {
  const block = konnectBlock(object);
  const known = Object.entries(parents ?? {}).filter(([field, ref]) => ids[ref] !== undefined || field in block);
  return Object.fromEntries(known.map(([field, ref]) => [field, ids[ref] ?? null]));
}
