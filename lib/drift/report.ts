import type { DriftMode } from './request.ts';

/** What can be wrong between an object and Konnect. */
export const findingClasses = ['missing', 'different', 'orphaned', 'stuck'] as const;
export type FindingClass = (typeof findingClasses)[number];

export type FindingCounts = Readonly<Record<FindingClass, number>>;

/** What is done about a finding, by annotation. Of orphans `repair` means that they are deleted. */
export const driftPolicies = ['repair', 'report', 'ignore'] as const;
export type DriftPolicy = (typeof driftPolicies)[number];

/** One field that is not as the object says. Values that are secret, or that Konnect does not tell, are `[redacted]`. */
export interface FieldDifference {
  readonly path: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

export interface Finding {
  readonly class: FindingClass;
  readonly cluster: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** The entity's id in Konnect, where one is known. */
  readonly id?: string;
  /** `<namespace>/<name>` of the control plane's object. */
  readonly controlPlane?: string;
  /** Of what is different. */
  readonly fields?: readonly FieldDifference[];
  /** In a sentence, for people. */
  readonly message: string;
  readonly policy: DriftPolicy;
  /** An event was sent, so that it is repaired. */
  readonly sent: boolean;
}

/** What could not be checked, so that nothing was repaired there. */
export interface DriftProblem {
  readonly cluster: string;
  readonly controlPlane?: string;
  readonly kind?: string;
  readonly message: string;
}

/** How much of one kind was looked at. */
export interface Checked {
  readonly cluster: string;
  readonly controlPlane?: string;
  readonly kind: string;
  readonly objects: number;
  readonly entities: number;
}

/** What one run, or one part of it, has found. */
export interface DriftReport {
  readonly run: string;
  readonly mode: DriftMode;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly checked: readonly Checked[];
  /** The first thousand; `counts` counts them all. */
  readonly findings: readonly Finding[];
  readonly counts: FindingCounts;
  /** The same by kind, of kinds that have any. */
  readonly countsByKind: Readonly<Record<string, FindingCounts>>;
  readonly problems: readonly DriftProblem[];
  /** Pages of lists that were read from Konnect. */
  readonly konnectCalls: number;
  /** Events that were sent. */
  readonly events: number;
}

/** What drift-check answers with. */
export interface DriftAnswer {
  readonly run: string;
  /** Absent where all work was given to the queue. */
  readonly report?: DriftReport;
  /** Parts of the run that the queue has: their reports are in the function's log. */
  readonly queued: number;
}
