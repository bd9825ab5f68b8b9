import { expect, inject, it } from 'vitest';
import type { DriftAnswer } from '../../lib/drift/report.ts';
import { controlPlaneKind, type Manifest, story } from '../journey/manifests.ts';
import { invokeLocal } from '../journey/osls.ts';
import type { Scene } from '../journey/scene.ts';
import { stageForFile } from '../journey/stage.ts';

/* The tools as `osls invoke local` runs them against a local stack, with the answers that AWS would give. */

const stage = stageForFile();

const service: Manifest = {
  apiVersion: 'configuration.konghq.com/v1alpha1',
  kind: 'KongService',
  metadata: { name: 'shop' },
  spec: {
    controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'plane' } },
    host: 'shop.internal',
  },
};

async function shop(name: string): Promise<Scene> {
  const scene = await stage.scene(name);
  await scene.apply(...story(scene.token), service);
  await scene.done(controlPlaneKind, 'plane');
  await scene.done('KongService', 'shop');
  await stage.rest();
  return scene;
}

it('runs a drift check', async () => {
  const { namespace } = await shop('drift');
  const sample = { function: 'drift-check', sample: 'events/drift-check.json' };
  const { report } = (await invokeLocal(stage.stack, inject('bundles'), sample)) as DriftAnswer;
  expect(report).toMatchObject({ mode: 'report', findings: [], problems: [] });
  expect(report?.checked.some(({ controlPlane }) => controlPlane === `${namespace}/plane`)).toBe(true);
});

it('runs a replay', async () => {
  const { namespace } = await shop('replay');
  const sample = { function: 'replay', sample: 'events/replay-one-kind.json' };
  const answer = await invokeLocal(stage.stack, inject('bundles'), sample);
  const expected = { kind: 'KongService', namespace, name: 'shop' };
  expect(answer).toMatchObject({
    dryRun: true,
    problems: [],
    objects: expect.arrayContaining([expect.objectContaining(expected)]),
  });
});
