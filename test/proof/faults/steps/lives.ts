import { keyOf } from '../../../../lib/engine/objects.ts';
import { adoptionLife, takeOverStep } from './adoption.ts';
import { arnLife } from './arn.ts';
import { inSecretLife, rotationSteps } from './certificates.ts';
import { editSteps } from './edits.ts';
import { ownResources } from './own.ts';
import { type Ends, framed, type Setting, type Step } from './step.ts';
import { stoppedLife, tokenSteps } from './tokens.ts';
import { troubleSteps } from './trouble.ts';

/** Steps from nothing to nothing, in one life of the kind's objects; several such lives, where one has no room for all. */
export function livesOf(setting: Setting): readonly (readonly Step[])[] {
  const { world, kind } = setting;
  const own = ownResources(setting);
  const ends: Ends = {
    create: { operation: 'create', act: async () => void (await world.apply(setting.own)) },
    remove: {
      operation: 'delete',
      async act() {
        for (const { resource, object } of await own()) await world.admin.delete(resource, keyOf(object));
      },
    },
  };
  const isAuth = kind.lane === 'auth';
  const whole = [
    ends.create,
    ...(isAuth ? tokenSteps(setting) : [takeOverStep(setting, own)]),
    ...editSteps(setting),
    ...rotationSteps(setting),
    ends.remove,
  ];
  const lives = [
    whole,
    framed(ends, 'in-trouble', troubleSteps(setting)),
    ...(isAuth ? [againLife(ends), stoppedLife(setting, ends), arnLife(setting, ends)] : []),
    ...adoptionLife(setting, ends),
    ...inSecretLife(setting, ends),
  ];
  return lives.filter((steps) => steps.some(({ tried }) => tried !== false));
}

/** What is stored of a deleted object can be restored for a while, and another object of its name finds it there. */
function againLife({ create, remove }: Ends): readonly Step[] {
  const first: Step = { ...create, operation: 'first-create', tried: false };
  const last: Step = { ...remove, operation: 'first-delete', tried: false };
  return [first, last, { ...create, operation: 'create-again' }, { ...remove, operation: 'delete-again' }];
}
