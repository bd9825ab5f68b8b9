import type { ConditionFact } from '../kinds/define.ts';
import type { Difference } from './plan.ts';
import type { Run } from './run.ts';

/** Says whether Konnect had what the object asks for when somebody looked last: a reconcile that wrote, or a drift check. */
export const inSyncType = 'InSync';

export const inSync: ConditionFact = { type: inSyncType, status: 'True', reason: 'InSync', message: '' };

/** Tells of a difference that is about to be repaired: to the log, and to whoever only wants to know. */
export function noticed(run: Run, id: string, differences: readonly Difference[]): void {
  run.log.info('entity differs', { id, paths: differences.map(({ path }) => path) });
  run.differs?.(id, differences);
}
