import type { Controller } from '../../engine/controller.ts';
import { keepDerived, passOnRetention, removeDerived } from '../../engine/derived.ts';
import { Wait } from '../../engine/errors.ts';
import { recordedInputs, versionOf } from '../../engine/inputs.ts';
import { unfinishedAnnotation } from '../../engine/names.ts';
import { findCondition, holdsForGeneration, type KubernetesObject } from '../../engine/objects.ts';
import { hold, isHeld, isUnfinished, letGo } from '../../engine/ownership.ts';
import type { Run } from '../../engine/run.ts';
import { together } from '../../engine/together.ts';
import { served as bindingServed } from '../kong-plugin-binding/schema.ts';
import { type Annotated, annotatedWith } from './annotated.ts';
import { type Bindings, bindingsOf, desiredBindings, targetOf } from './bindings.ts';
import { combinationsOf, isForUserAlone, leftOut } from './combinations.ts';
import { pluginsAnnotation } from './ref.ts';

/** A plugin has no entity of its own: its bindings do. It makes those that annotations ask for, and reports on all. */
export const controller: Controller = { converge, release };

const { resource } = bindingServed;

async function converge(run: Run): Promise<void> {
  const [annotated, bindings] = await together([annotatedWith(run), bindingsOf(run)]);
  const { subjects, unplaced } = annotated;
  // It may be meant for less than all requests of a consumer: for those to a route whose control plane nobody can tell.
  const isWithheld = unplaced.length === 0 ? undefined : isForUserAlone;
  const desired = desiredBindings(run.object, combinationsOf(subjects), bindings, isWithheld);
  // A service that is missing for a while must not take the plugin off its routes.
  const kept = bindings.managed.filter((one) => unplaced.includes(targetOf(one, 'route') ?? ''));
  const wanted = [
    ...desired.map(({ name }) => name),
    ...[...kept, ...bindings.own].map(({ metadata }) => metadata.name),
  ];
  if (wanted.length > 0) await hold(run);
  const present = bindings.managed.filter((one) => !kept.includes(one));
  await keepDerived(run, { resource, desired, present, controller: false });
  if (wanted.length > 0 || unplaced.length > 0) reportOn(run, wanted, bindings, annotated);
  else await reportUnused(run, bindings);
}

function reportOn(run: Run, wanted: readonly string[], bindings: Bindings, { subjects, unplaced }: Annotated): void {
  const all = [...bindings.managed, ...bindings.own];
  const states = wanted.map((name) => ({ name, binding: all.find(({ metadata }) => metadata.name === name) }));
  const missing = states.filter(({ binding }) => binding === undefined || !hasPushed(binding, run.object));
  const counted = `${wanted.length - missing.length} of ${wanted.length} bindings programmed`;
  const named = missing
    .slice(0, 3)
    .map(({ name, binding }) => `${name}${binding === undefined ? '' : reasonOf(binding)}`);
  const passedOver = leftOut(subjects).map(
    ({ name }) => `the group ${name} is left out while consumers name the plugin`,
  );
  const message = [counted, ...named, ...problemOf(unplaced), ...passedOver].join('; ');
  const type = run.kind.mainCondition;
  if (unplaced.length > 0) run.report.condition({ type, status: 'False', reason: 'RoutesUnplaced', message });
  else if (missing.length > 0)
    run.report.condition({ type, status: 'False', reason: 'BindingsNotProgrammed', message });
  else run.report.condition({ type, status: 'True', reason: 'Programmed', message });
}

function problemOf(unplaced: Annotated['unplaced']): readonly string[] {
  if (unplaced.length === 0) return [];
  const more = unplaced.length > 3 ? ` and ${unplaced.length - 3} more` : '';
  const names = `${unplaced.slice(0, 3).join(', ')}${more}`;
  return [`no control plane is known of KongRoute ${names}: the service is not there, or names none`];
}

/** Konnect has the binding with the plugin as it is now. */
function hasPushed(binding: KubernetesObject, plugin: KubernetesObject): boolean {
  return holdsForGeneration(binding, 'Programmed') && (recordedInputs(binding)?.includes(versionOf(plugin)) ?? false);
}

function reasonOf(binding: KubernetesObject): string {
  const { status, message = '' } = findCondition(binding, 'Programmed') ?? {};
  return status === 'False' && message !== '' ? `: ${message}` : '';
}

/** Ingress controllers have plugins of the same kind. What they say of one that nobody of ours uses is not unsaid. */
async function reportUnused(run: Run, { managed }: Bindings): Promise<void> {
  const type = run.kind.mainCondition;
  const programmed = findCondition(run.object, type)?.status === 'True';
  if (programmed && !isHeld(run.object) && !isUnfinished(run.object)) return;
  // Bindings that are on their way out still need it: they can not tell what they are without it.
  if (isHeld(run.object) && managed.length === 0) {
    // The status says more than is true by now, for a run that goes on where this one ends.
    await letGo(run, programmed ? { [unfinishedAnnotation]: 'true' } : undefined);
  }
  const message = `not in Konnect: no object of the namespace names it in its annotation ${pluginsAnnotation}, and no binding refers to it`;
  run.report.condition({ type, status: 'False', reason: 'NotBound', message });
}

/** @throws {Wait} while a binding is there: what it has in Konnect is made of the plugin. */
async function release(run: Run): Promise<void> {
  const { managed, own } = await bindingsOf(run);
  await passOnRetention(run, resource, managed);
  for (const binding of managed) await removeDerived(run, resource, binding);
  const names = own.slice(0, 3).map(({ metadata }) => metadata.name);
  const more = own.length > 3 ? ` and ${own.length - 3} more` : '';
  if (own.length > 0) {
    throw new Wait(
      `still in use by ${resource.kind} ${names.join(', ')}${more}: delete those first; deletion goes on by itself then`,
    );
  }
  if (managed.length > 0) throw new Wait(`${managed.length} bindings are on their way out of Konnect`);
}
