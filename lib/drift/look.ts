import type { Difference } from '../engine/plan.ts';
import type { Cluster, Konnect } from '../engine/ports.ts';
import { createReport } from '../engine/report.ts';
import type { Environment, Run } from '../engine/run.ts';
import { verdictOf } from '../engine/verdict.ts';
import type { Known } from '../kinds/known.ts';
import type { ReadCluster } from './read-cluster.ts';
import type { ListOf, ReadKonnect } from './read-konnect.ts';
import type { FieldDifference } from './report.ts';
import { WouldWrite } from './would-write.ts';

/** Characters of a value that are told. */
const longestValue = 500;

/** Of the answers of another organisation, or of another server, nothing follows. */
const silent: ReadonlySet<string | undefined> = new Set(['OrganizationMismatch', 'ServerMismatch']);

/** How an object compares with what Konnect has of it. */
export type Look =
  | { readonly is: 'same' }
  | { readonly is: 'missing'; readonly message: string }
  | { readonly is: 'different'; readonly message: string; readonly fields: readonly FieldDifference[] }
  /** What it refers to is not there, though it was programmed: a change of that was missed. */
  | { readonly is: 'waiting'; readonly message: string }
  /** Nothing can be said. */
  | { readonly is: 'unsure'; readonly message: string };

/** What all looks of one task share. */
export interface Looking extends Omit<Environment, 'konnect' | 'wake' | 'differs' | 'references'> {
  readonly konnect: ReadKonnect;
  readonly cluster: ReadCluster;
}

/**
 * Looks at an object that is programmed: lets its own controller reconcile it thoroughly, with its hands tied. Whatever it
 * would write is what differs, so a look finds what a reconcile would repair, and nothing else.
 */
export async function look(looking: Looking, { kind, object }: Known, listOf: ListOf): Promise<Look> {
  const { cluster, konnect, registry } = looking;
  const differences: Difference[] = [];
  const here = cluster.about(object);
  const there = konnect.forRun(listOf);
  const run: Run = {
    ...lookAt(looking, { kind, object }, there.konnect, here.cluster),
    differs: (_, found) => void differences.push(...found),
  };
  try {
    await registry.controller(kind).converge(run);
    return here.noted() ? { is: 'waiting', message: 'our finalizer or a note of ours is not on it' } : { is: 'same' };
  } catch (error) {
    const fields = differences.map(({ path, desired, observed }) => ({
      path,
      ours: clipped(desired),
      theirs: clipped(observed),
    }));
    return outcomeOf(error, fields, there.missed());
  }
}

/** A run that looks at one object, thoroughly; nobody is woken by it. */
export function lookAt(looking: Looking, known: Known, konnect: Konnect, cluster: Cluster): Run {
  const { cluster: _, konnect: __, ...environment } = looking;
  const wake = () => Promise.resolve();
  return { ...environment, ...known, konnect, cluster, cause: 'drift', thorough: true, report: createReport(), wake };
}

/** A report is for people, and an answer of a function has an end. */
function clipped(value: unknown): unknown {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length <= longestValue ? value : `${text.slice(0, longestValue)}…`;
}

function outcomeOf(error: unknown, fields: readonly FieldDifference[], missed: boolean): Look {
  if (error instanceof WouldWrite) {
    if (missed && fields.length === 0 && error.where === 'konnect')
      return { is: 'missing', message: 'Konnect does not have it any more' };
    const paths = fields.map(({ path }) => path).join(', ');
    return { is: 'different', fields, message: paths === '' ? error.message : `Konnect has it otherwise: ${paths}` };
  }
  const verdict = verdictOf(error);
  switch (verdict.is) {
    case 'wait':
      return { is: 'waiting', message: verdict.message };
    case 'terminal':
      return silent.has(verdict.reason)
        ? { is: 'unsure', message: verdict.message }
        : { is: 'different', fields, message: verdict.message };
    case 'retry':
    case 'malformed':
      return { is: 'unsure', message: verdict.message };
    default:
      return verdict satisfies never;
  }
}
