import { randomInt } from 'node:crypto';
import { functionName } from '../../infra/local/deployment.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { lanes } from '../../lib/kinds/define.ts';

/** Counts the calls that functions make, to Konnect, to the API server and to Secrets Manager. */
export interface Calls {
  readonly count: number;
  /** Lets everything through again. */
  end(): void;
}

/** Does something at the nth call from now: before the call has any effect, or when it has had it and its answer is lost. */
export function atCall(stack: Stack, nth: number, when: 'before' | 'after', strike: () => void): Calls {
  let count = 0;
  const next = (): 'reset' | 'reset-after' | undefined => {
    count += 1;
    if (count !== nth) return undefined;
    strike();
    return when === 'before' ? 'reset' : 'reset-after';
  };
  const isFunction = ({ user }: { readonly user: string }): boolean =>
    user.startsWith('konnect-reconciler-') && !user.endsWith('-forwarder');
  stack.konnect.setFault(next);
  stack.secrets.setFault(next);
  stack.kubernetes?.setFault((request) => (isFunction(request) ? next() : undefined));
  return {
    get count() {
      return count;
    },
    end() {
      stack.konnect.setFault(undefined);
      stack.secrets.setFault(undefined);
      stack.kubernetes?.setFault(undefined);
    },
  };
}

/** Ends all functions in the middle of what they do, as when their machines fail. */
export async function killFunctions({ functions }: Stack): Promise<void> {
  await Promise.all(lanes.map((lane) => functions.kill(functionName(lane))));
}

/** Numbers from 0 up to 1 that follow from the seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    // Mulberry32: small, and good enough to choose moments.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `JOURNEY_SEED` repeats a run; every message of a failure names the seed. */
export function seedOfRun(): number {
  const given = process.env['JOURNEY_SEED'];
  return given === undefined ? randomInt(2 ** 31) : Number(given);
}
