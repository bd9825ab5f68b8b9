import { KonnectError, Terminal, Wait } from './errors.ts';
import { display, holdsForGeneration, isRecord, type KubernetesObject, statusText } from './objects.ts';
import type { KonnectCall } from './ports.ts';
import { type Resolved, resolveAll } from './refs.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';
import { verdictOf } from './verdict.ts';

/** A set of other entities that an entity holds, such as the members of a group: compared as a whole, replaced as a whole. */
export interface Relation {
  /** The deferred ref whose objects are meant. */
  readonly ref: string;
  /** False: the entity holds no such set. */
  applies(object: KubernetesObject): boolean;
  /** Why the object referred to can not be part of the set; undefined where it can. */
  unfit(member: KubernetesObject): string | undefined;
  list(id: string): { readonly path: string };
  replace(id: string, members: readonly string[]): KonnectCall;
  readonly condition: string;
  readonly reasons: { readonly resolved: string; readonly unresolved: string; readonly failed: string };
  /** Reason of the main condition while the set is not as it should be. */
  readonly failure: string;
}

/**
 * Makes the set what the object says. With one member missing nothing is sent: a shortened set would detach the others.
 * @throws {Wait} naming each member that is not there yet.
 */
export async function convergeRelation(run: Run, relation: Relation, session: Session, id: string): Promise<void> {
  if (!relation.applies(run.object)) return;
  const members = await resolveAll(run, relation.ref);
  const missing = members.flatMap((member) => problemOf(relation, member) ?? []);
  if (missing.length > 0) {
    const message = missing.join('; ');
    run.report.condition({ type: relation.condition, status: 'False', reason: relation.reasons.unresolved, message });
    fail(run, relation, message);
    throw new Wait(message);
  }
  const wanted = [...new Set(members.flatMap(({ object }) => (object && statusText(object, 'id')) ?? []))].sort();
  try {
    await replaceIfDifferent(relation, session, id, wanted);
  } catch (error) {
    const verdict = verdictOf(error);
    // A blip does not unsay a set that was as it should be.
    if (verdict.is === 'done' || (verdict.is === 'retry' && holdsForGeneration(run.object, relation.condition)))
      throw error;
    const { message } = verdict;
    run.report.condition({ type: relation.condition, status: 'False', reason: relation.reasons.failed, message });
    fail(run, relation, message);
    if (error instanceof KonnectError && error.failure === 'invalid') {
      throw new Terminal(message, { reason: relation.failure, cause: error });
    }
    throw error;
  }
  run.report.condition({ type: relation.condition, status: 'True', reason: relation.reasons.resolved, message: '' });
}

function fail(run: Run, relation: Relation, message: string): void {
  run.report.condition({ type: run.kind.mainCondition, status: 'False', reason: relation.failure, message });
}

function problemOf(relation: Relation, { ref, key, object }: Resolved): string | undefined {
  if (object === undefined) return `member ${ref.kind} ${display(key)} does not exist`;
  const unfit = relation.unfit(object);
  if (unfit !== undefined) return `member ${ref.kind} ${display(key)} ${unfit}`;
  return statusText(object, 'id') === undefined
    ? `member ${ref.kind} ${display(key)} has no Konnect id yet`
    : undefined;
}

async function replaceIfDifferent(
  relation: Relation,
  session: Session,
  id: string,
  wanted: readonly string[],
): Promise<void> {
  const present = (await session.list(relation.list(id))).flatMap((item) =>
    isRecord(item) && typeof item['id'] === 'string' ? [item['id']] : [],
  );
  if (JSON.stringify([...present].sort()) === JSON.stringify(wanted)) return;
  await session.call(relation.replace(id, wanted));
}
