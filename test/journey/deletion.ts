import { expect, it } from 'vitest';
import { clusterName, tokenSecretPrefix } from '../../infra/local/stack.ts';
import { controlPlaneKind, resourceNamed, story } from './manifests.ts';
import { converged, nothing, outcomeOf } from './outcome.ts';
import { stage } from './together.ts';

it('leaves nothing when the namespace is deleted with everything in it', async ({ skip }) => {
  if (!stage.hasControllers) return skip('a real API server runs here without the controller that empties namespaces');
  const scene = await stage.scene('namespace-goes');
  await scene.apply(...story(scene.token));
  await stage.rest();
  expect(await outcomeOf(stage, scene)).toEqual(converged);

  await stage.stack.admin.delete(resourceNamed('Namespace'), { name: scene.namespace });

  await stage.until('the namespace is gone', async () => {
    const found = await stage.stack.admin.get(resourceNamed('Namespace'), { name: scene.namespace });
    return found === undefined;
  });
  await stage.rest();
  expect(await outcomeOf(stage, scene)).toEqual(nothing);
});

it('keeps the token for its recovery window', () => {
  const [secret] = stage.stack.secrets.secrets().filter(({ deletion }) => deletion !== undefined);
  const { askedAt = 0, due = 0 } = secret?.deletion ?? {};
  expect(secret?.name).toMatch(new RegExp(`^${tokenSecretPrefix}/${clusterName}/.+/auth$`));
  expect((due - askedAt) / 86_400_000).toBe(7);
});

it('leaves nothing when everything is deleted at once, right after it was made', async () => {
  const scene = await stage.scene('made-and-gone');
  await scene.apply(...story(scene.token));
  await scene.until(controlPlaneKind, 'plane', 'has a status', ({ status }) => status !== undefined);
  for (const { kind, metadata } of story(scene.token)) await scene.remove(kind, metadata.name);

  await stage.rest();

  const { owned: _, settings: __, ...left } = await outcomeOf(stage, scene);
  const { owned: ___, settings: ____, ...expected } = nothing;
  expect(left).toEqual(expected);
  expect(await scene.objects()).toEqual([]);
});

it('makes everything anew when it is applied again', async () => {
  const scene = await stage.scene('again');
  await scene.apply(...story(scene.token));
  await stage.rest();
  const [before] = scene.planes();
  for (const { kind, metadata } of story(scene.token)) await scene.remove(kind, metadata.name);
  await stage.rest();
  // At a real API server nobody collects what lost its owner, so it is done by hand.
  const left = stage.hasControllers ? [] : ['Secret', 'ConfigMap'];
  for (const kind of left) await scene.remove(kind, 'konnect-extension-extension');

  await scene.apply(...story(scene.token));
  await stage.rest();

  expect(await outcomeOf(stage, scene)).toEqual(converged);
  expect(scene.planes().map(({ id }) => id)).not.toContain(before?.id);
});
