import { createHash } from 'node:crypto';
import { isLeaving } from '../engine/former.ts';
import { tagsAreWritten } from '../engine/inputs.ts';
import { accountAnnotation, finalizer, unfinishedAnnotation } from '../engine/names.ts';
import { holdsForGeneration, isRecord, type KubernetesObject } from '../engine/objects.ts';
import { isHeld, isManagedElsewhere } from '../engine/ownership.ts';
import type { Kind } from '../kinds/define.ts';

/** What is remembered of an object: enough to tell whether the next sight of it matters. */
export interface Facts {
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion: string;
  readonly deleting: boolean;
  /** Our finalizer is on it: only its loss calls for a look. */
  readonly held: boolean;
  /** Hash of everything whose change wakes the object itself. */
  readonly marks: string;
  /** Hash of what the object offers to those that refer to it. */
  readonly offers: string;
}

export interface Difference {
  /** The object itself must be looked at. */
  readonly change: boolean;
  /** What dependants wait for may have changed. */
  readonly wakes: boolean;
}

// Annotations and labels that a kind or an operator may act on. Others (Helm, Argo CD, kubectl) change often and mean nothing here.
const prefixes = ['konghq.com/', 'konnect.konghq.com/', 'konnect-reconciler.io/'];

export function factsOf(kind: Kind, object: KubernetesObject): Facts {
  const { uid, generation = 0, resourceVersion, deletionTimestamp } = object.metadata;
  return {
    uid,
    generation,
    resourceVersion,
    deleting: deletionTimestamp !== undefined,
    held: isHeld(object),
    marks: marksOf(kind, object),
    offers: hash(kind.offers(object)),
  };
}

/** Compares two sights of objects of one name. A status write alone differs in nothing but, perhaps, what is offered. */
export function difference(before: Facts | undefined, now: Facts): Difference {
  if (before === undefined || before.uid !== now.uid) return { change: true, wakes: true };
  const letGo = before.held && !now.held && !now.deleting;
  return { change: letGo || before.marks !== now.marks, wakes: before.offers !== now.offers };
}

/**
 * True where the first list after a start shows that there is nothing to do for the object. Another controller may have
 * written what the status says: as long as that one's finalizer is on the object it is left alone, and without it the
 * object is ours to take over.
 */
export function isSettled(kind: Kind, object: KubernetesObject): boolean {
  if (object.metadata.deletionTimestamp !== undefined || !holdsForGeneration(object, kind.mainCondition)) return false;
  if (isManagedElsewhere(object)) return true;
  if (!isHeld(object) || isLeaving(object)) return false;
  return kind.core === undefined || tagsAreWritten(object);
}

function marksOf(kind: Kind, { metadata }: KubernetesObject): string {
  const { generation, deletionTimestamp, finalizers = [], annotations, labels } = metadata;
  const others = finalizers.filter((name) => name !== finalizer).toSorted();
  // What a function notes while it works is no reason to call it again; a deletion that waits for such a note is.
  const noted = deletionTimestamp === undefined ? [accountAnnotation, unfinishedAnnotation, ...(kind.notes ?? [])] : [];
  return hash([generation, deletionTimestamp, others, relevant(annotations, noted), relevant(labels)]);
}

function relevant(
  entries: Readonly<Record<string, string>> = {},
  noted: readonly string[] = [],
): Readonly<Record<string, string>> {
  const matters = (name: string) => prefixes.some((prefix) => name.startsWith(prefix)) && !noted.includes(name);
  return Object.fromEntries(Object.entries(entries).filter(([name]) => matters(name)));
}

// 96 bits: two states of one object that collide would lose an event once in more than a lifetime.
function hash(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)) ?? '')
    .digest('base64url')
    .slice(0, 16);
}

// Two replicas, or two API servers, may give the keys of a map in another order.
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
