import { createHash } from 'node:crypto';
import { nameOf, type Point } from './matrix.ts';
import { faults } from './wire.ts';

/**
 * Which points a run tries. `PROOF_POINT` names one; `PROOF_ALL=1` means all, and with the name of a fault that one at every
 * call; `PROOF_SEED` chooses others than usual.
 */
export interface Choice {
  readonly seed: number;
  /** The name of the one point that was asked for; `none` leaves it at lives without a fault. */
  readonly only: string | undefined;
  /** How long one kind may take. */
  readonly patienceMs: number;
  isChosen(point: Point): boolean;
}

/** Of the faults at each call so many are tried, other ones at each: all of them would take an hour. */
const faultsPerCall = 1;

export function choiceOf({ PROOF_POINT, PROOF_ALL, PROOF_SEED = '1' }: NodeJS.ProcessEnv): Choice {
  const seed = Number(PROOF_SEED);
  return {
    seed,
    only: PROOF_POINT,
    patienceMs: PROOF_ALL === undefined ? 600_000 : 3_600_000,
    isChosen(point) {
      if (PROOF_POINT !== undefined) return nameOf(point) === PROOF_POINT;
      if (PROOF_ALL !== undefined) return !isFault(PROOF_ALL) || point.fault === PROOF_ALL;
      const rank = (fault: Point['fault']): string => hash(`${seed} ${nameOf({ ...point, fault })}`);
      return faults.filter((fault) => rank(fault) < rank(point.fault)).length < faultsPerCall;
    },
  };
}

function isFault(text: string): boolean {
  return faults.some((fault) => fault === text);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
