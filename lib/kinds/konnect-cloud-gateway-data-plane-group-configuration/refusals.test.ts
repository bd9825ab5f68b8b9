import { expect, it } from 'vitest';
import {
  configuration,
  configurations,
  configurationKind as kind,
  networkStage,
  passMinutes,
  programmedConfiguration,
} from '../../../test/memory/cloud.ts';
import { conditionText, forget, key, konnectCalls } from '../../../test/memory/manifests.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { statusOf } from '../../engine/objects.ts';

/* What is looked at again, and what only once. */

const look = (stage: Stage) => stage.reconcile(kind, 'planes');
const recheck = (stage: Stage) => stage.reconcile(kind, 'planes', { cause: 'resync', force: true });
const isRechecked = (stage: Stage) => kind.recheckWhile?.(stage.object(kind, 'planes'));
const condition = (stage: Stage) => conditionText(stage.object(kind, 'planes'), 'Programmed');

function refuseOrders(stage: Stage, status: number): void {
  stage.konnect.setFault(({ method }) => (method === 'PUT' ? { status, body: { status } } : undefined));
}

it.each([400, 403])('T39 what Konnect refuses with %s is told, and not ordered again by itself', async (status) => {
  await using stage = await networkStage();
  stage.cluster.user.apply(kind.resource, configuration({ version: 'nonsense' }));
  refuseOrders(stage, status);

  expect(await look(stage)).toMatchObject({ is: 'terminal' });

  expect(condition(stage)).toMatch(new RegExp(`^False FailedToCreate: .*${status}`));
  expect(isRechecked(stage)).toBe(false);
});

it('T39 an edit that Konnect refuses while it is at work is not ordered again once that is done', async () => {
  await using stage = await programmedConfiguration();
  stage.cluster.user.edit(kind.resource, key('planes'), { spec: { version: 'nonsense' } });
  refuseOrders(stage, 400);
  expect(await look(stage)).toMatchObject({ is: 'terminal' });
  expect(isRechecked(stage)).toBe(true);
  passMinutes(stage);

  expect(await recheck(stage)).toMatchObject({ is: 'terminal' });

  expect(statusOf(stage.object(kind, 'planes'))).toMatchObject({ dataplane_groups: [{ state: 'ready' }] });
  expect(isRechecked(stage)).toBe(false);
});

it('T8 data planes that are there already are refused, until the id in the status says that they are meant', async () => {
  await using stage = await programmedConfiguration();
  passMinutes(stage);
  stage.cluster.user.edit(kind.resource, key('planes'), { metadata: { finalizers: null } });
  stage.cluster.user.remove(kind.resource, key('planes'));
  stage.cluster.user.apply(kind.resource, configuration());
  forget(stage);
  expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });
  const id = String(configurations(stage)[0]?.['id']);
  expect(condition(stage)).toContain(id);
  expect(isRechecked(stage)).toBe(false);

  stage.cluster.user.editStatus(kind.resource, key('planes'), { id });
  expect(isRechecked(stage)).toBe(true);
  expect(await recheck(stage)).toEqual({ is: 'done' });

  expect(condition(stage)).toBe('True Programmed');
  expect(isRechecked(stage)).toBe(false);
  expect(konnectCalls(stage).filter((call) => !call.startsWith('GET'))).toEqual([]);
});
