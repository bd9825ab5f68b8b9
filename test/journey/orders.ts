import { expect, it } from 'vitest';
import { story } from './manifests.ts';
import { converged, nothing, type Outcome, outcomeOf } from './outcome.ts';
import { evenOrdersOf } from './permutations.ts';
import type { Scene } from './scene.ts';
import { stage } from './together.ts';

let scenes: readonly Scene[] = [];

/** Indexes into `story`: authentication, token, control plane, extension. */
const orders = evenOrdersOf([0, 1, 2, 3]);

/** Does one step of every order, then lets everybody do what there is to do, then the next. */
async function stepByStep(step: (scene: Scene, index: number) => Promise<void>): Promise<void> {
  for (const position of [0, 1, 2, 3]) {
    await Promise.all(scenes.map((scene, which) => step(scene, orders[which]?.[position] ?? Number.NaN)));
    await stage.rest();
  }
}

async function outcomes(): Promise<readonly Outcome[]> {
  return Promise.all(scenes.map((scene) => outcomeOf(stage, scene)));
}

it('ends the same in whichever order the four manifests come, with any time between them', async () => {
  scenes = await Promise.all(orders.map((order) => stage.scene(`order-${order.join('')}`)));

  await stepByStep(async (scene, index) => scene.apply(...story(scene.token).slice(index, index + 1)));

  expect(await outcomes()).toEqual(orders.map(() => converged));
});

it('leaves nothing in whichever order the four are deleted, with any time between them', async () => {
  expect(scenes).toHaveLength(12);

  await stepByStep(async (scene, index) => {
    for (const { kind, metadata } of story(scene.token).slice(index, index + 1))
      await scene.remove(kind, metadata.name);
  });

  const left = (await outcomes()).map((outcome) => (stage.hasControllers ? outcome : { ...outcome, ...uncollected }));
  expect(left).toEqual(orders.map(() => nothing));
});

/** What stays at a real API server without its controllers: owned objects, which nobody collects there. */
const uncollected = { owned: [], settings: [] };
