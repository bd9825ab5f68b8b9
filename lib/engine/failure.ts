import type { FailureReasons } from '../kinds/define.ts';
import { findCondition, holdsForGeneration } from './objects.ts';
import { placeOf } from './place.ts';
import type { Run } from './run.ts';
import type { Verdict } from './verdict.ts';

const programmedReasons: FailureReasons = {
  waiting: 'ConditionWithStatusFalseExists',
  create: 'FailedToCreate',
  update: 'FailedToUpdate',
  remove: 'KonnectAPIOpFailed',
};

/**
 * Words the main condition. What Konnect has for the present generation stays True while something is only waited for or
 * being retried: a blip must not look like a loss to whoever acts on the condition, and a loss not like a blip.
 */
export function reportFailure(run: Run, verdict: Verdict): void {
  if (verdict.is === 'done' || verdict.is === 'malformed') return;
  const type = run.kind.mainCondition;
  const deleting = run.object.metadata.deletionTimestamp !== undefined || run.kind.concerns?.(run.object) === false;
  const reported = run.report.facts.some((fact) => fact.type === type);
  if (reported && verdict.is !== 'terminal') return;
  // To be looked at again at once, since the object changed meanwhile: there is nothing to tell of it yet.
  if (verdict.is === 'retry' && verdict.afterSeconds === 0) return;
  const present = findCondition(run.object, type);
  if (deleting && verdict.is === 'wait' && present?.status === 'True') {
    // Who still uses it can go on doing so until then.
    run.report.condition({ ...present, message: verdict.message });
    return;
  }
  const lost = verdict.is === 'wait' && verdict.lost === true;
  if (verdict.is !== 'terminal' && !deleting && !lost && holdsForGeneration(run.object, type)) return;
  run.report.condition({ type, status: 'False', ...wording(run, verdict, deleting) });
}

function wording(run: Run, verdict: Exclude<Verdict, { is: 'done' | 'malformed' }>, deleting: boolean) {
  const reasons = run.kind.failureReasons ?? programmedReasons;
  const reported = run.report.facts.find((fact) => fact.type === run.kind.mainCondition && fact.status === 'False');
  if (verdict.is === 'terminal' && verdict.reason !== undefined)
    return { reason: verdict.reason, message: verdict.message };
  if (verdict.is === 'terminal' && reported) return { reason: reported.reason, message: reported.message };
  if (deleting) return { reason: reasons.remove, message: verdict.message };
  if (verdict.is === 'wait') return { reason: verdict.reason ?? reasons.waiting, message: verdict.message };
  return {
    reason: placeOf(run.object) === undefined ? reasons.create : reasons.update,
    message: verdict.message,
  };
}
