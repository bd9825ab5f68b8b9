import { adopt } from './adopt.ts';
import { isAdopting } from './adoption.ts';
import type { Controller } from './controller.ts';
import { isOlder, isOurs, itemPath, ownId, readEntity, refuseForeign } from './core-calls.ts';
import { leave, leaveNoted, releaseCore } from './core-release.ts';
import { type Body, keeping, put, tagged, type Work } from './core-write.ts';
import { KonnectError } from './errors.ts';
import { isLeaving } from './former.ts';
import { type Ids, idsOf, konnectBlock, type Parents, parentFields } from './ids.ts';
import { inSync, noticed } from './in-sync.ts';
import { inputsNote, madeOf, noInputs, type ReadInputs, recordedInputs, sameInputs } from './inputs.ts';
import { holdsForGeneration, type KubernetesObject } from './objects.ts';
import { hold, isHeld } from './ownership.ts';
import { placeOf } from './place.ts';
import type { Difference, Entity } from './plan.ts';
import { requireRefs } from './refs.ts';
import { convergeRelation, type Relation } from './relation.ts';
import type { Run } from './run.ts';
import { openSession, type Session } from './session.ts';
import { ownerOf } from './tags.ts';

export type { Body } from './core-write.ts';
export type { Ids } from './ids.ts';

/**
 * How one kind becomes one entity of a control plane, under an id that we choose: a write is `PUT …/<id>`, an upsert, so
 * no crash and no repetition makes a second one. Data and pure functions.
 */
export interface CoreMapping {
  /** Path of the collection that is written to. */
  collection(ids: Ids): string;
  /** Path of the flat list that finds entities of the type by tag, where that is another one. */
  flat?(ids: Ids): string;
  /** The whole entity without id and tags. What the object leaves out is left out, which makes Konnect use its default. */
  body(object: KubernetesObject, ids: Ids): Body;
  /** Tags of the object's spec. */
  tags(object: KubernetesObject): readonly string[];
  /** What else the entity is made of, where the object alone does not say it all. Comes over what `body` gives. */
  readonly inputs?: ReadInputs;
  /** `secret` are the patterns of paths whose values came out of a Secret. */
  difference(body: Body, entity: Entity, secret?: readonly string[]): readonly Difference[];
  /** Further differences, for adoption by match, that show only with what Konnect knows of the fields' defaults. */
  surplus?(
    body: Body,
    entity: Entity,
    at: { readonly session: Session; readonly ids: Ids },
  ): Promise<readonly Pick<Difference, 'path'>[]>;
  /** Fields of an entity that Konnect computes, so that a body without them still says all there is to say. */
  readonly computed?: readonly string[];
  /** Fields that Konnect generates where they are left out, anew at each write: what it has of them is sent back. */
  readonly generated?: readonly string[];
  /** What may stand in place of the id in the path and is unique, such as the name: finds who holds it. */
  uniqueName?(body: Body): string | undefined;
  /** Finds it where something else is unique: true for an entity that Konnect would not take this one beside. */
  isRival?(body: Body, entity: Entity, ids: Ids): boolean;
  /** What is unique, in a sentence, where Konnect's own words leave it dark. */
  readonly unique?: string;
  readonly relation?: Relation;
  /** Annotations that the object has before anything is written for it: see `notes` of the kind. */
  notes?(object: KubernetesObject): Readonly<Record<string, string>>;
  /** Fields of `status.konnect` by the ref whose id they take, such as `{ serviceID: 'service' }`. */
  readonly parents?: Parents;
}

/** The controller of every kind that is an entity of a control plane. */
export function coreEntityController(mapping: CoreMapping): Controller {
  return { converge: (run) => converge(run, mapping), release: (run) => releaseCore(run, mapping) };
}

async function converge(run: Run, mapping: CoreMapping): Promise<void> {
  const refs = await requireRefs(run);
  const ids = idsOf(refs);
  const read = await mapping.inputs?.(run, refs);
  const inputs = read ?? noInputs;
  const made = madeOf(run.object, read, ids);
  const stale = !sameInputs(made, recordedInputs(run.object));
  const settled = stale ? undefined : settledId(run, mapping, ids);
  const related = run.cause === 'dependency' && mapping.relation?.applies(run.object);
  if (settled !== undefined && !related && !isLeaving(run.object)) return;
  const session = await openSession(run, refs);
  const work = () => ({ mapping, session, ids, refs, inputs, made, stale, ...tagged(run, mapping, ids, inputs) });
  const place = async (thorough: boolean) => {
    const id = await programmed(run, work(), thorough);
    reportPlace(run, mapping, session, ids, id);
    return id;
  };
  const id = settled ?? (await place(run.thorough));
  // Not before it is written: a run that fails here is to write it again.
  if (stale) await hold(run, session.auth, inputsNote(made));
  await relate(run, mapping, session, ids, id).catch(async (error: unknown) => {
    if (settled === undefined || !(error instanceof KonnectError) || error.failure !== 'not-found') throw error;
    // What was not looked at may be what is not there.
    await relate(run, mapping, session, ids, await place(true));
  });
  run.report.condition({ type: run.kind.mainCondition, status: 'True', reason: run.kind.mainCondition, message: '' });
  await leaveNoted(run, mapping, session, ids);
}

async function relate(run: Run, { relation }: CoreMapping, session: Session, ids: Ids, id: string): Promise<void> {
  if (relation !== undefined) await convergeRelation(run, relation, session, { id, controlPlaneID: ids.controlPlane });
}

/** The id, where nothing was edited since it was programmed and it lives where the references lead. */
function settledId({ object, kind, thorough }: Run, { parents }: CoreMapping, ids: Ids): string | undefined {
  if (thorough || !isHeld(object) || !holdsForGeneration(object, kind.mainCondition)) return undefined;
  const block = konnectBlock(object);
  const here = Object.entries(parentFields(object, parents, ids)).every(([field, id]) => block[field] === id);
  const place = placeOf(object);
  return here && place?.controlPlaneID === ids.controlPlane ? place.id : undefined;
}

/** Writes without reading first where the id can be nobody else's and nobody asked for a closer look: one call. */
async function programmed(run: Run, work: Work, thorough: boolean): Promise<string> {
  const { mapping, session, ids, made, stale } = work;
  const left = await leave(run, mapping, session, ids);
  const adopting = isAdopting(run.object);
  // What never was in Konnect is written again anyway while this fails, so the record can come with the finalizer.
  const inputs = placeOf(run.object) === undefined && !adopting && stale ? inputsNote(made) : {};
  await hold(run, session.auth, { ...inputs, ...mapping.notes?.(run.object), ...left });
  if (adopting) return adopt(run, work);
  const own = ownId(run.object, ids);
  const recorded = placeOf(run.object);
  const id = recorded?.controlPlaneID === ids.controlPlane ? recorded.id : own;
  const isWhole = (mapping.generated ?? []).every((field) => field in work.body);
  if ((!thorough || stale) && id === own && isWhole) return put(run, work, own);
  const entity = await readEntity(session, itemPath(mapping.collection(ids), id));
  if (entity === undefined) return put(run, work, own);
  await refuseForeign(run, entity, ids);
  const differences = mapping.difference(comparable(run, work, entity), entity, work.inputs.secret);
  // A comparison sees what is wanted, not what is no longer wanted.
  const edited = stale || !thorough || isOlder(run, entity);
  if (differences.length === 0 && !edited) return id;
  noticed(run, id, differences);
  return put(run, keeping(work, entity), id);
}

/** An entity that was adopted as it was has none of our tags until the first write, and needs no write to get them. */
function comparable(run: Run, { body, bare, ids }: Work, entity: Entity): Body {
  const untouched =
    entity.id !== ownId(run.object, ids) && ownerOf(entity['tags']) === undefined && isOurs(run, entity, ids);
  return untouched ? bare : body;
}

function reportPlace(run: Run, { parents }: CoreMapping, session: Session, ids: Ids, id: string): void {
  run.report.condition(inSync);
  run.report.status({
    konnect: {
      id,
      organizationID: session.organizationId,
      serverURL: session.serverURL,
      controlPlaneID: ids.controlPlane,
      ...parentFields(run.object, parents, ids),
    },
  });
}
