import { createHash } from 'node:crypto';
import { nameOf, type Point } from './matrix.ts';
import { faults } from './wire.ts';

/** Which points a run tries. `PROOF_POINT` names one; `PROOF_ALL=1` means all; `PROOF_SEED` chooses others than usual. */
export interface Choice {
  readonly seed: number;
  isChosen(point: Point): boolean;
}

/** Of the faults at each call so many are tried, other ones at each: all of them would take an hour. */
const faultsPerCall = 1;

export function choiceOf({ PROOF_POINT, PROOF_ALL, PROOF_SEED = '1' }: NodeJS.ProcessEnv): Choice {
  const seed = Number(PROOF_SEED);
  return {
    seed,
    isChosen(point) {
      if (PROOF_POINT !== undefined) return nameOf(point) === PROOF_POINT;
      if (PROOF_ALL !== undefined) return true;
      const rank = (fault: Point['fault']): string => hash(`${seed} ${nameOf({ ...point, fault })}`);
      return faults.filter((fault) => rank(fault) < rank(point.fault)).length < faultsPerCall;
    },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
