import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import { isEntity, itemPath } from './core-calls.ts';
import type { CoreMapping } from './core-entity.ts';
import { KonnectError, MalformedEvent } from './errors.ts';
import type { Ids } from './ids.ts';
import { projectName } from './names.ts';
import { isRecord, type ObjectKey } from './objects.ts';
import { placeOf } from './place.ts';
import type { Entity } from './plan.ts';
import type { Cluster } from './ports.ts';
import { controlPlaneKindOf, findRefs } from './refs.ts';
import { createReport } from './report.ts';
import type { Environment, Run } from './run.ts';
import { openSession, type Session } from './session.ts';
import { isNamed, namedOwner, ownerOf } from './tags.ts';

/** An event about an object that is gone and left an entity behind. */
export type OrphanEvent = ObjectEventData & { readonly orphanIn: ObjectKey };

export function isOrphanEvent(event: ObjectEventData): event is OrphanEvent {
  return event.orphanIn !== undefined;
}

/**
 * Deletes what a gone object has left in a control plane. The caller has seen that the object of the event's name, if there
 * is one, has another uid; only entities that name that object, by uid, kind, name and cluster, as their owner are touched.
 */
export async function removeOrphan(
  environment: Environment,
  cluster: Cluster,
  kind: Kind,
  event: OrphanEvent,
): Promise<void> {
  if (kind.core === undefined) throw new MalformedEvent(`a ${event.kind} leaves nothing in a control plane`);
  const planeKind = controlPlaneKindOf(environment.registry);
  const object = await cluster.get(planeKind.resource, event.orphanIn);
  const plane = object && placeOf(object);
  // Without its control plane nothing can be deleted; where that is gone from Konnect, all in it is gone as well.
  if (object === undefined || plane === undefined) return;
  const run: Run = {
    ...environment,
    kind: planeKind,
    cluster,
    object,
    cause: event.cause,
    thorough: true,
    report: createReport(),
  };
  const session = await openSession(run, await findRefs(run));
  for (const entity of await orphansOf(session, kind.core, { controlPlane: plane.id }, { cluster, kind, event })) {
    environment.log.info('orphan deleted', { kind: event.kind, id: entity.id });
    await remove(session, itemPath(kind.core.collection(idsOf(entity, plane.id)), entity.id));
  }
}

async function orphansOf(
  session: Session,
  mapping: CoreMapping,
  ids: Ids,
  gone: { readonly cluster: Cluster; readonly kind: Kind; readonly event: ObjectEventData },
): Promise<readonly Entity[]> {
  const { uid } = gone.event;
  const listed = await session.list({
    path: (mapping.flat ?? mapping.collection)(ids),
    query: { tags: `k8s-uid:${uid}` },
  });
  return listed.filter(isEntity).filter(({ tags }) => {
    const owner = namedOwner(tags);
    const ours = Array.isArray(tags) && tags.includes(`managed-by:${projectName}`);
    const sameKind = owner?.kind === gone.kind.resource.kind && owner.cluster === gone.cluster.name;
    // Only under the name of the event was it seen that nobody has the uid.
    return ours && sameKind && ownerOf(tags) === uid && isNamed(tags, keyOfEvent(gone.event));
  });
}

function keyOfEvent({ namespace, name }: ObjectEventData): ObjectKey {
  return namespace === undefined ? { name } : { namespace, name };
}

/** The ids that its path may need: of whatever it refers to, by the name of the field. */
function idsOf(entity: Entity, controlPlane: string): Ids {
  const references = Object.entries(entity).flatMap(([field, value]) =>
    isRecord(value) && typeof value['id'] === 'string' ? [[field, value['id']] as const] : [],
  );
  return { ...Object.fromEntries(references), controlPlane };
}

async function remove(session: Session, path: string): Promise<void> {
  try {
    await session.call({ method: 'DELETE', path });
  } catch (error) {
    if (!(error instanceof KonnectError) || error.failure !== 'not-found') throw error;
  }
}
