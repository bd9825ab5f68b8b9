import { type KubernetesObject, keyOf, statusOf } from '../../../../lib/engine/objects.ts';
import { authRef } from '../../../../lib/engine/session.ts';
import { textAt } from '../../../../lib/kinds/fields.ts';
import { editOf, firstOf, missing } from '../../../contract/scene.ts';
import { exampleToken } from '../../../world.ts';
import { removeSecrets } from '../administrator.ts';
import { driftEventOf } from './events.ts';
import type { Setting, Step } from './step.ts';

/*
 * What brings functions to call SQS: they wake others, put events off, and give them up. Only those calls are struck here;
 * all the others are struck where nothing else goes wrong.
 */

export function troubleSteps(setting: Setting): readonly Step[] {
  return [...lostTokenSteps(setting), ...lostPlaneSteps(setting), ...givingUpSteps(setting)];
}

function isOfSqs(call: string): boolean {
  return call.startsWith('sqs.');
}

/** The token is gone from the store: who needs it wakes its object, and tries again. */
function lostTokenSteps(setting: Setting): readonly Step[] {
  // A kind without an entity of its own needs none, and would leave the token lost.
  if (!setting.kind.refs.some(({ name }) => name === authRef)) return [];
  const operation = 'lose-token';
  return [
    {
      operation,
      detour: operation,
      tried: isOfSqs,
      async act() {
        await removeSecrets(setting.world, ({ versions }) => JSON.stringify(versions).includes(exampleToken));
        await lookThoroughly(setting, operation);
      },
    },
  ];
}

/** Somebody deleted the control plane in Konnect: who misses it wakes its object, and tries again. */
function lostPlaneSteps(setting: Setting): readonly Step[] {
  const { world, kind } = setting;
  if (!kind.refs.some(({ name }) => name === 'controlPlane')) return [];
  const operation = 'lose-control-plane';
  return [
    {
      operation,
      detour: operation,
      tried: isOfSqs,
      async act() {
        world.konnect.removeControlPlane(controlPlaneOf(await firstOf(world, kind)));
        await lookThoroughly(setting, operation);
      },
    },
  ];
}

function controlPlaneOf(object: KubernetesObject): string {
  const status = statusOf(object);
  return textAt(status, 'konnect', 'controlPlaneID') ?? textAt(status, 'controlPlaneID') ?? missing();
}

/** Konnect is away for longer than anything is tried; its dead letter brings the change in the end. */
function givingUpSteps(setting: Setting): readonly Step[] {
  const { world, courier, kind } = setting;
  const operation = 'give-up';
  return [
    {
      operation,
      detour: operation,
      tried: isOfSqs,
      trouble: 'konnect-away',
      givesUp: true,
      async act() {
        const edit = kind.lane === 'extension' ? undefined : editOf(kind);
        const object = await firstOf(world, kind);
        if (edit === undefined) await lookThoroughly(setting, operation);
        else await world.admin.patch(kind.resource, keyOf(object), edit);
      },
    },
    { operation: 'send-again', detour: operation, tried: false, act: () => courier.sendAgain() },
  ];
}

async function lookThoroughly({ world, courier, kind }: Setting, run: string): Promise<void> {
  await courier.send([driftEventOf(kind, await firstOf(world, kind), run)]);
}
