import { isThorough, type ObjectEventData } from '../events/event.ts';
import type { ConditionFact, Kind } from '../kinds/define.ts';
import type { Controller } from './controller.ts';
import { MalformedEvent, Wait } from './errors.ts';
import { reportFailure } from './failure.ts';
import { inSync, inSyncType } from './in-sync.ts';
import { accountAnnotation, unfinishedAnnotation } from './names.ts';
import { display, findCondition, type KubernetesObject, type ObjectKey, type Resource } from './objects.ts';
import { isOrphanEvent, removeOrphan } from './orphan.ts';
import { annotate, concernsUs, isHeld, isPaused, isUnfinished, letGo, refuseIfManagedElsewhere } from './ownership.ts';
import type { Cluster } from './ports.ts';
import { controlPlaneKindOf, referrersOf } from './refs.ts';
import { createReport } from './report.ts';
import type { Environment, Run } from './run.ts';
import { writeStatus } from './status.ts';
import { type Failure, type Verdict, verdictOf } from './verdict.ts';

/**
 * Makes the world agree with one object as it is now. The event only names it: a late, repeated or replayed event looks
 * at the same present state. Never throws; the verdict says what to do with the event.
 */
export async function reconcile(environment: Environment, cluster: Cluster, event: ObjectEventData): Promise<Verdict> {
  try {
    const kind = kindOf(environment, event);
    refuseMisplaced(environment, kind, event);
    const controller = environment.registry.controller(kind);
    const key: ObjectKey =
      event.namespace === undefined ? { name: event.name } : { namespace: event.namespace, name: event.name };
    const object = await cluster.get(kind.resource, key);
    if (isOrphanEvent(event) && object?.metadata.uid !== event.uid) {
      await removeOrphan(environment, cluster, kind, event);
      if (object === undefined) return { is: 'done' };
    }
    if (object === undefined) {
      await controller.vanished?.(key, { cluster, tokens: environment.tokens });
      return { is: 'done' };
    }
    if (isPaused(object) || !concernsUs(kind, object)) return { is: 'done' };
    const run: Run = {
      ...environment,
      kind,
      cluster,
      object,
      cause: event.cause,
      thorough: isThorough(event) || isUnfinished(object),
      report: createReport(),
    };
    return withTrouble(await stepOf(run)(run, controller), object, kind);
  } catch (error) {
    // Without the object there is no condition to tell it in, so a dead letter has to.
    const verdict = judged(environment, error);
    return verdict.is === 'terminal' ? { is: 'malformed', message: verdict.message } : verdict;
  }
}

function stepOf({ object, kind }: Run): (run: Run, controller: Controller) => Promise<Verdict> {
  if (object.metadata.deletionTimestamp !== undefined) return releaseAndReport;
  return kind.concerns?.(object) === false ? handOver : convergeAndReport;
}

/** A dead letter tells what was wrong before this try, which its container may not have seen. */
function withTrouble(verdict: Verdict, object: KubernetesObject, kind: Kind): Verdict {
  const present = findCondition(object, kind.mainCondition);
  const isOfNow = present?.status === 'False' && present.observedGeneration === object.metadata.generation;
  if (verdict.is !== 'retry' || present === undefined || !isOfNow || present.message === '') return verdict;
  return { ...verdict, before: { message: present.message, since: present.lastTransitionTime } };
}

function kindOf(environment: Environment, event: ObjectEventData): Kind {
  const kind = environment.registry.kind(event.group, event.kind);
  if (kind === undefined)
    throw new MalformedEvent(`the kind ${event.kind} of group "${event.group}" is not one this function reconciles`);
  return kind;
}

/** An object of a namespace is not found without it, nor is one of none found in one. */
function refuseMisplaced(environment: Environment, { resource }: Kind, event: ObjectEventData): void {
  const isPlaced = ({ namespaced }: Resource, { namespace }: { readonly namespace?: string }): boolean =>
    namespaced === (namespace !== undefined);
  if (!isPlaced(resource, event)) {
    throw new MalformedEvent(`a ${resource.kind} is ${resource.namespaced ? '' : 'not '}in a namespace`);
  }
  const { orphanIn } = event;
  if (orphanIn === undefined) return;
  const plane = controlPlaneKindOf(environment.registry).resource;
  if (!isPlaced(plane, orphanIn)) throw new MalformedEvent(`orphanIn: a ${plane.kind} is in a namespace`);
}

async function convergeAndReport(run: Run, controller: Controller): Promise<Verdict> {
  const verdict = await attempt(run, async () => {
    refuseIfManagedElsewhere(run.object);
    await controller.converge(run);
  });
  reportFailure(run, verdict);
  if (verdict.is === 'done' && run.thorough && findCondition(run.object, inSyncType)?.status === 'False')
    run.report.condition(inSync);
  return finish(run, verdict, () => annotate(run, { [unfinishedAnnotation]: null }));
}

async function releaseAndReport(run: Run, controller: Controller): Promise<Verdict> {
  if (!isHeld(run.object)) return { is: 'done' };
  const verdict = await attempt(run, async () => {
    if (run.kind.heldWhileReferenced) await waitUntilUnreferenced(run);
    await controller.release(run);
    await letGo(run);
  });
  if (verdict.is === 'done') return verdict;
  reportFailure(run, verdict);
  return finish(run, verdict);
}

/** Of an object that is for somebody else from now on nothing stays in Konnect, and nothing on the object says that it does. */
async function handOver(run: Run, controller: Controller): Promise<Verdict> {
  const verdict = await attempt(run, () => controller.release(run));
  if (verdict.is === 'done') {
    run.report.status({ konnect: undefined });
    run.report.condition(pending(run.kind.mainCondition));
  }
  reportFailure(run, verdict);
  const notes = [accountAnnotation, unfinishedAnnotation, ...(run.kind.notes ?? [])];
  return finish(run, verdict, () => letGo(run, Object.fromEntries(notes.map((name) => [name, null]))));
}

// As the CRDs have it for an object that nobody has looked at yet.
function pending(type: string): ConditionFact {
  return { type, status: 'Unknown', reason: 'Pending', message: 'Waiting for controller' };
}

async function waitUntilUnreferenced(run: Run): Promise<void> {
  const referrers = await referrersOf(run);
  if (referrers.length === 0) return;
  const named = referrers.slice(0, 3).map(({ kind, object }) => `${kind.resource.kind} ${display(object.metadata)}`);
  const more = referrers.length > 3 ? ` and ${referrers.length - 3} more` : '';
  throw new Wait(`still in use by ${named.join(', ')}${more}: delete those first; deletion goes on by itself then`);
}

async function attempt(run: Run, work: () => Promise<void>): Promise<Verdict> {
  try {
    await work();
    return { is: 'done' };
  } catch (error) {
    return judged(run, error);
  }
}

function judged({ log }: Pick<Environment, 'log'>, error: unknown): Failure {
  const verdict = verdictOf(error);
  if (verdict.is !== 'wait') log.warn('reconcile failed', { verdict: verdict.is, error });
  return verdict;
}

/** @param done what is left to do where all is well and told. */
async function finish(run: Run, verdict: Verdict, done = async (): Promise<void> => undefined): Promise<Verdict> {
  try {
    await writeStatus(run);
    if (verdict.is === 'done') await done();
    return verdict;
  } catch (error) {
    return untold(verdict, judged(run, error));
  }
}

/**
 * What was found out could not be written, so the event comes back, or becomes a dead letter where trying again can not
 * help. Either tells both what could not be told and why.
 */
function untold(verdict: Verdict, failed: Failure): Verdict {
  const message = 'message' in verdict ? `${failed.message}; untold: ${verdict.message}` : failed.message;
  return failed.is === 'retry' ? { ...failed, message } : { is: 'malformed', message };
}
