import { describe, expect, it } from 'vitest';
import { entities, service, serviceKind } from './memory/core.ts';
import { forget } from './memory/manifests.ts';
import { stageWithControlPlane } from './memory/plugins.ts';
import type { Stage } from './memory/stage.ts';

/* Konnect limits an organisation. What one object is told counts for all of them, and none is lost over it. */

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
