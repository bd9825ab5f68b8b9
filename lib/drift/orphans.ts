import { isEntity } from '../engine/core-calls.ts';
import { projectName } from '../engine/names.ts';
import { display, type KubernetesObject, type ObjectKey } from '../engine/objects.ts';
import { placeOf } from '../engine/place.ts';
import type { Entity } from '../engine/plan.ts';
import { namedOwner, ownerOf } from '../engine/tags.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import { type Context, driftEvent } from './context.ts';
import type { Plane } from './core-check.ts';
import { messageOf, send } from './kind-check.ts';
import { orphanPolicyOf } from './policy.ts';
import type { Finding } from './report.ts';

export interface OrphanCheck {
  readonly kind: Kind;
  readonly plane: Plane;
  /** What Konnect has of the kind in the control plane. */
  readonly entities: readonly unknown[];
  /** The objects of the kind that belong to the control plane. */
  readonly objects: readonly KubernetesObject[];
}

/** Tells of entities that were made for objects of this cluster which are gone, or which have another entity by now. */
export async function checkOrphans(context: Context, check: OrphanCheck): Promise<void> {
  const { kind, plane, entities, objects } = check;
  const placeByUid = new Map(objects.map((object) => [object.metadata.uid, placeOf(object)?.id]));
  const policy = orphanPolicyOf(plane.object, await context.namespaceOf(plane.object));
  if (policy === 'ignore') return;
  const events: ObjectEventData[] = [];
  for (const entity of entities.filter(isEntity)) {
    try {
      const orphan = await orphanOf(context, kind, placeByUid, entity);
      if (orphan === undefined) continue;
      const sent = !orphan.isThere && policy === 'repair' && context.task.mode === 'repair';
      if (sent) events.push(orphanEvent(context, kind, { uid: orphan.uid, ...orphan.key }, plane));
      context.collected.finding(findingOf(kind, entity, orphan, { policy, sent }));
    } catch (error) {
      // What was found before has been told as sent, so it has to be.
      context.ports.log.warn('drift check of an entity failed', { kind: kind.resource.kind, error });
      context.collected.problem(messageOf(error), kind.resource.kind);
    }
  }
  await send(context, kind, events);
}

/** Whom an entity was made for. */
interface Orphan {
  readonly uid: string;
  readonly key: ObjectKey;
  /** The object is there, and has another entity. */
  readonly isThere: boolean;
}

/** Undefined where the entity is nobody's, or somebody's who has it or will have it. */
async function orphanOf(
  context: Context,
  kind: Kind,
  placeByUid: ReadonlyMap<string, string | undefined>,
  entity: Entity,
): Promise<Orphan | undefined> {
  const uid = ownerOf(entity['tags']);
  const owner = namedOwner(entity['tags']);
  if (uid === undefined || owner === undefined || !isMadeHere(context, kind, entity)) return undefined;
  // The object has it, or will have it: it is not programmed yet.
  const place = placeByUid.get(uid);
  if (placeByUid.has(uid) && (place === undefined || place === entity.id)) return undefined;
  const present = await context.cluster.get(kind.resource, owner.key);
  const isThere = present?.metadata.uid === uid;
  return isThere && !placeByUid.has(uid) ? undefined : { uid, key: owner.key, isThere };
}

function findingOf(
  { resource }: Kind,
  { id }: Entity,
  { key, isThere }: Orphan,
  done: Pick<Finding, 'policy' | 'sent'>,
): Omit<Finding, 'cluster' | 'controlPlane'> {
  return {
    class: 'orphaned',
    kind: resource.kind,
    ...key,
    id,
    message: isThere
      ? `the entity is one too many: the object ${display(key)} has another one`
      : `the object that it was made for, ${display(key)}, is gone`,
    ...done,
  };
}

/** By us, for an object of this kind in this cluster. Tags may be anybody's, and name what no object can be named. */
function isMadeHere({ task }: Context, { resource }: Kind, { tags }: Entity): boolean {
  const owner = namedOwner(tags);
  const ours = Array.isArray(tags) && tags.includes(`managed-by:${projectName}`);
  const isKey = resource.namespaced === (owner?.key.namespace !== undefined);
  return ours && isKey && owner?.kind === resource.kind && owner.cluster === task.cluster;
}

function orphanEvent(
  context: Context,
  kind: Kind,
  gone: { readonly uid: string; readonly namespace?: string; readonly name: string },
  { object }: Plane,
): ObjectEventData {
  const { namespace, name } = object.metadata;
  const metadata = { ...gone, resourceVersion: '0', generation: 0 };
  const controlPlane = { ...(namespace === undefined ? {} : { namespace }), name };
  return { ...driftEvent(context, kind, { ...object, metadata }), orphanIn: controlPlane };
}
