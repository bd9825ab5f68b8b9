import { KonnectError } from '../engine/errors.ts';
import type { Clock } from '../engine/ports.ts';

export interface BudgetOptions {
  readonly clock: Clock;
  /** Calls of one organisation at the same time. */
  readonly maxConcurrent: number;
}

/** What all calls of this process share, by organisation. */
export interface Budgets {
  /**
   * Does the work when its turn comes. After a 429 nobody of the organisation gets a turn until the pause is over: calls
   * fail at once, and never sleep, with the seconds that are left.
   * @throws {KonnectError} `rate-limited` during a pause, with too many waiting, or after waiting for too long; otherwise
   *   whatever the work throws
   */
  run<Result>(organization: string, work: () => Promise<Result>): Promise<Result>;
}

interface Turn {
  /** When it began to wait; milliseconds since the epoch. */
  readonly since: number;
  readonly take: () => void;
  readonly refuse: (error: KonnectError) => void;
}

interface Budget {
  limit: number;
  active: number;
  readonly waiting: Turn[];
  /** Milliseconds since the epoch. */
  pausedUntil: number;
  /** Successes since the limit last changed. */
  successes: number;
}

// Without Retry-After it is the limit of connections that was met, whose pause nobody documents: Kong's own operator waits 15 s.
const defaultPauseSeconds = 15;
const mostWaiting = 200;
// A whole batch of a function's objects waits here. Where each call takes as long as its timeout allows, the last of them
// would still wait at the function's own timeout, which loses the work of all.
const longestWaitMs = 20_000;
const mostOrganizations = 256;

/** Shares calls out, by organisation; time comes from the clock only. */
export function createBudgets({ clock, maxConcurrent }: BudgetOptions): Budgets {
  const budgets = new Map<string, Budget>();
  const now = (): number => clock.now().getTime();

  async function run<Result>(organization: string, work: () => Promise<Result>): Promise<Result> {
    const budget = budgetOf(budgets, organization, maxConcurrent);
    await enter(budget, now());
    try {
      const result = await work();
      grow(budget, maxConcurrent);
      return result;
    } catch (error) {
      if (error instanceof KonnectError && error.failure === 'rate-limited') pause(budget, error, now());
      throw error;
    } finally {
      budget.active -= 1;
      wake(budget, now());
    }
  }
  return { run };
}

function enter(budget: Budget, now: number): Promise<void> {
  if (budget.pausedUntil > now) throw paused(budget, now);
  if (budget.active < budget.limit) {
    budget.active += 1;
    return Promise.resolve();
  }
  if (budget.waiting.length >= mostWaiting) {
    throw limited('too many calls of this organisation wait for their turn, so this one was not made', 1);
  }
  return new Promise((take, refuse) => {
    budget.waiting.push({ since: now, take, refuse });
  });
}

function wake(budget: Budget, now: number): void {
  while (budget.active < budget.limit) {
    const turn = budget.waiting.shift();
    if (turn === undefined) return;
    if (now - turn.since > longestWaitMs) {
      turn.refuse(limited('the calls of this organisation are too slow for so many, so this one was not made'));
      continue;
    }
    budget.active += 1;
    turn.take();
  }
}

function pause(budget: Budget, { retryAfterSeconds }: KonnectError, now: number): void {
  // The calls that were under way together are refused together: that is one refusal, and halves once.
  if (retryAfterSeconds === undefined && budget.pausedUntil <= now) {
    budget.limit = Math.max(1, Math.floor(budget.limit / 2));
    budget.successes = 0;
  }
  budget.pausedUntil = Math.max(budget.pausedUntil, now + (retryAfterSeconds ?? defaultPauseSeconds) * 1000);
  for (const turn of budget.waiting.splice(0)) turn.refuse(paused(budget, now));
}

function grow(budget: Budget, maxConcurrent: number): void {
  budget.successes += 1;
  if (budget.limit >= maxConcurrent || budget.successes < budget.limit) return;
  budget.limit += 1;
  budget.successes = 0;
}

function paused(budget: Budget, now: number): KonnectError {
  const seconds = Math.ceil((budget.pausedUntil - now) / 1000);
  return limited('Konnect limits the rate of this organisation, so the call was not made', seconds);
}

/** Without seconds the queue waits longer with each try. */
function limited(message: string, retryAfterSeconds?: number): KonnectError {
  const when = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new KonnectError(message, { failure: 'rate-limited', ...when });
}

function budgetOf(budgets: Map<string, Budget>, organization: string, maxConcurrent: number): Budget {
  const known = budgets.get(organization);
  const budget = known ?? { limit: maxConcurrent, active: 0, waiting: [], pausedUntil: 0, successes: 0 };
  // Re-inserted, so that the map's order is that of last use and the first idle one is the one to forget.
  budgets.delete(organization);
  if (known === undefined && budgets.size >= mostOrganizations) {
    const idle = [...budgets].find(([, { active, waiting }]) => active === 0 && waiting.length === 0);
    if (idle !== undefined) budgets.delete(idle[0]);
  }
  budgets.set(organization, budget);
  return budget;
}
