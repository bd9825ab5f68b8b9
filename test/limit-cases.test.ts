import { describe, expect, it } from 'vitest';
import { deduplicationId } from '../lib/events/event.ts';
import { entities, service, serviceKind } from './memory/core.ts';
import { authKind, base64, conditionText, controlPlaneKind, forget, key, secretResource } from './memory/manifests.ts';
import { settleAll, stageWithControlPlane } from './memory/plugins.ts';
import { goodToken, otherToken, type Stage } from './memory/stage.ts';

/* What one object is told by Konnect, of limits or of its token, counts for all that have it in common, and none is lost over it. */

const names = Array.from({ length: 12 }, (_, index) => `svc-${index}`);

/** A stage whose services are all to be written, where the first answer is `fault`. */
async function limited(fault: Parameters<Stage['konnect']['setFault']>[0]): Promise<Stage> {
  const stage = await stageWithControlPlane();
  for (const name of names) stage.cluster.user.apply(serviceKind.resource, service({ name }, {}, name));
  forget(stage);
  stage.konnect.setFault(fault);
  return stage;
}

const lookAtAll = (stage: Stage) => Promise.all(names.map((name) => stage.reconcile(serviceKind, name)));

function pass(stage: Stage, seconds: number): void {
  stage.now = new Date(stage.now.getTime() + seconds * 1000);
}

describe('a 429', () => {
  it.each([
    { name: 'says to come back in 77 seconds', fault: { status: 429, retryAfter: 77 }, seconds: 77 },
    // The queue waits for the object that was told so, longer with each try.
    { name: 'does not say when to come back', fault: { status: 429, html: true } as const, seconds: 15 },
  ])('that $name pauses all objects, and all are there in the end (T34, T35)', async ({ fault, seconds }) => {
    await using stage = await limited((_, nth) => (nth === 1 ? fault : undefined));
    const [first = ''] = names;
    const told = 'retryAfter' in fault ? { afterSeconds: seconds } : {};
    expect(await stage.reconcile(serviceKind, first)).toMatchObject({ is: 'retry', ...told });

    pass(stage, seconds - 1);
    for (const verdict of await lookAtAll(stage)) expect(verdict).toMatchObject({ is: 'retry', afterSeconds: 1 });
    expect(stage.konnect.requests).toHaveLength(1);

    pass(stage, 1);
    for (const verdict of await lookAtAll(stage)) expect(verdict).toEqual({ is: 'done' });
    const made = entities(stage).map(({ name }) => name);
    expect(made.toSorted()).toEqual(names.toSorted());
  });
});

it('T40 a token that is revoked is marked once, nobody calls meanwhile, and a new one starts all again', async () => {
  await using stage = await limited(undefined);
  for (const verdict of await lookAtAll(stage)) expect(verdict).toEqual({ is: 'done' });
  for (const name of names) stage.cluster.user.edit(serviceKind.resource, key(name), { spec: { retries: 9 } });
  stage.konnect.revokeToken(goodToken);
  forget(stage);

  for (const verdict of await lookAtAll(stage)) expect(verdict.is).toBe('retry');
  expect(stage.woken.map(({ kind }) => kind)).toContain(authKind.resource.kind);
  expect(new Set(stage.woken.map(deduplicationId)).size).toBe(1);

  expect((await stage.reconcile(authKind, 'auth', { force: true })).is).toBe('terminal');
  expect(conditionText(stage.object(authKind, 'auth'), 'APIAuthValid')).toMatch(/^False Invalid/);
  const marked = stage.object(authKind, 'auth');
  expect((await stage.reconcile(controlPlaneKind, 'cp', { cause: 'dependency' })).is).toBe('wait');
  forget(stage);
  for (const verdict of await lookAtAll(stage)) expect(verdict.is).toBe('wait');
  expect(stage.konnect.requests).toEqual([]);
  expect(stage.object(authKind, 'auth')).toBe(marked);

  stage.cluster.user.edit(secretResource, key('token'), { data: { token: base64(otherToken) } });
  expect(await stage.reconcile(authKind, 'auth', { cause: 'dependency' })).toEqual({ is: 'done' });
  expect(stage.woken).toContainEqual(expect.objectContaining({ kind: controlPlaneKind.resource.kind, name: 'cp' }));
  await settleAll(stage, 'dependency');
  expect(entities(stage).map(({ retries }) => retries)).toEqual(names.map(() => 9));
});
