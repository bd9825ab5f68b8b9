import { KonnectError, Terminal, Wait } from './errors.ts';
import { noticed } from './in-sync.ts';
import { display, holdsForGeneration, isRecord, type KubernetesObject } from './objects.ts';
import { placeOf } from './place.ts';
import type { KonnectCall } from './ports.ts';
import { type Resolved, resolveAll } from './refs.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';
import { verdictOf } from './verdict.ts';
import { wakeMissing } from './wake.ts';

/** The entity that holds the set. */
export interface Holder {
  readonly id: string;
  /** The control plane that it lives in; its own id for a control plane. */
  readonly controlPlaneID: string;
}

/**
 * How a set is written. One that is replaced as a whole is not sent while a member is missing: a shortened set would
 * detach the others. Of one that is written member by member those that are there are added meanwhile, and none removed.
 */
export type SetWriting =
  | { readonly replace: (holder: Holder, members: readonly string[]) => KonnectCall }
  | {
      readonly add: (holder: Holder, member: string) => KonnectCall;
      readonly remove: (holder: Holder, member: string) => KonnectCall;
    };

/** A set of other entities that an entity holds, such as the members of a group or the groups of a consumer. */
export interface Relation {
  /** The deferred ref whose objects are meant. */
  readonly ref: string;
  /** False: the entity holds no such set. */
  applies(object: KubernetesObject): boolean;
  /** Why the object referred to can not be part of the set; undefined where it can. */
  unfit(member: KubernetesObject, holder: Holder): string | undefined;
  /** What the object says of the set that names no member, in words. */
  flaws?(object: KubernetesObject): readonly string[];
  list(holder: Holder): { readonly path: string };
  /** The same seen from the other side, where that takes fewer calls to read for many holders. */
  readonly inverse?: {
    /** The list of all that can be in a set. */
    members(controlPlaneID: string): string;
    /** The list of the holders of one. */
    holders(controlPlaneID: string, member: string): string;
  };
  readonly write: SetWriting;
  readonly condition: string;
  readonly reasons: { readonly resolved: string; readonly unresolved: string; readonly failed: string };
  /** Reason of the main condition while the set is not as it should be. */
  readonly failure: string;
}

/**
 * Makes the set what the object says.
 * @throws {Wait} naming each member that is not there yet.
 */
export async function convergeRelation(run: Run, relation: Relation, session: Session, holder: Holder): Promise<void> {
  if (!relation.applies(run.object)) return;
  const members = await resolveAll(run, relation.ref);
  const problems = members.flatMap((member) => problemOf(relation, member, holder) ?? []);
  const missing = [...problems, ...(relation.flaws?.(run.object) ?? [])];
  const fit = members.filter((member) => problemOf(relation, member, holder) === undefined);
  const wanted = [...new Set(fit.flatMap(({ object }) => (object && placeOf(object)?.id) ?? []))].sort();
  try {
    await writeSet(run, relation, session, holder, { wanted, complete: missing.length === 0 });
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') await wakeMissing(run, fit);
    const verdict = verdictOf(error);
    // A blip does not unsay a set that was as it should be; an entity that is another one now never had it.
    const had = holder.id === placeOf(run.object)?.id && holdsForGeneration(run.object, relation.condition);
    if (verdict.is === 'retry' && had) throw error;
    const { message } = verdict;
    run.report.condition({ type: relation.condition, status: 'False', reason: relation.reasons.failed, message });
    fail(run, relation, message);
    if (error instanceof KonnectError && error.failure === 'invalid') {
      throw new Terminal(message, { reason: relation.failure, cause: error });
    }
    throw error;
  }
  if (missing.length > 0) waitForMembers(run, relation, missing.join('; '));
  run.report.condition({ type: relation.condition, status: 'True', reason: relation.reasons.resolved, message: '' });
}

function waitForMembers(run: Run, relation: Relation, message: string): never {
  run.report.condition({ type: relation.condition, status: 'False', reason: relation.reasons.unresolved, message });
  fail(run, relation, message);
  throw new Wait(message);
}

function fail(run: Run, relation: Relation, message: string): void {
  run.report.condition({ type: run.kind.mainCondition, status: 'False', reason: relation.failure, message });
}

function problemOf(relation: Relation, { ref, key, object }: Resolved, holder: Holder): string | undefined {
  if (object === undefined) return `member ${ref.kind} ${display(key)} does not exist`;
  const unfit = relation.unfit(object, holder);
  if (unfit !== undefined) return `member ${ref.kind} ${display(key)} ${unfit}`;
  return placeOf(object) === undefined ? `member ${ref.kind} ${display(key)} has no Konnect id yet` : undefined;
}

async function writeSet(
  run: Run,
  { ref, list, write }: Relation,
  session: Session,
  holder: Holder,
  { wanted, complete }: { readonly wanted: readonly string[]; readonly complete: boolean },
): Promise<void> {
  if ('replace' in write && !complete) return;
  const present = (await session.list(list(holder))).flatMap((item) =>
    isRecord(item) && typeof item['id'] === 'string' ? [item['id']] : [],
  );
  if (JSON.stringify([...present].sort()) === JSON.stringify(wanted)) return;
  noticed(run, holder.id, [{ path: ref, desired: wanted, observed: present }]);
  if ('replace' in write) {
    await session.call(write.replace(holder, wanted));
    return;
  }
  for (const member of wanted) if (!present.includes(member)) await session.call(write.add(holder, member));
  if (!complete) return;
  for (const member of present) if (!wanted.includes(member)) await session.call(write.remove(holder, member));
}
