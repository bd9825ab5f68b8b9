import { expect } from 'vitest';
import { allExamples, startWorld, type World } from '../world.ts';

const examples = await allExamples();

/** A world in which the examples of all kinds are applied and at rest. */
export async function converged(kubeconfig: string): Promise<World> {
  const world = await startWorld(kubeconfig);
  await world.apply(examples);
  expect(await world.settle()).toEqual([]);
  return world;
}

/** What Konnect holds in the end, without ids and times: the same for every way that leads there. */
export function remote({ konnect }: World) {
  const planes = konnect.controlPlanes().filter(({ name }) => name !== 'default');
  return planes
    .map((plane) => ({
      name: plane.name,
      members: konnect.members(plane.id).length,
      certificates: konnect.certificates(plane.id).length,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
