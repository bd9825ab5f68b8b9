import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { findCondition, holdsForGeneration, isRecord, statusOf } from '../../lib/engine/objects.ts';
import { textAt } from '../../lib/kinds/fields.ts';
import { force } from './events.ts';
import { authKind, controlPlaneKind, extensionKind, story } from './manifests.ts';
import { converged, outcomeOf } from './outcome.ts';
import { idOf, messageOf, type Scene } from './scene.ts';
import { stageForFile } from './stage.ts';
import { storedToken } from './tokens.ts';

const stage = stageForFile();
const owned = 'konnect-extension-extension';

async function programmed(name: string): Promise<Scene> {
  const scene = await stage.scene(name);
  await scene.apply(...story(scene.token));
  await stage.rest();
  expect(await outcomeOf(stage, scene)).toEqual(converged);
  return scene;
}

it('changes and takes back description and labels of a control plane', async () => {
  const scene = await programmed('labels');
  const edit = { description: 'of the shop', labels: { team: 'shop', stage: 'test' } };
  await scene.patch(controlPlaneKind, 'plane', { spec: edit });
  await scene.done(controlPlaneKind, 'plane');
  expect(scene.planes()).toMatchObject([edit]);

  await scene.patch(controlPlaneKind, 'plane', { spec: { description: null, labels: { stage: null } } });
  await scene.done(controlPlaneKind, 'plane');

  const [plane] = scene.planes();
  expect(plane?.description).toBe('');
  expect(plane?.labels).toMatchObject({ team: 'shop' });
  expect(plane?.labels).not.toHaveProperty('stage');
});

it('writes changed labels of data planes into their settings', async () => {
  const scene = await programmed('data-plane-labels');
  const labelled = (labels: unknown) => ({ spec: { konnect: { dataPlane: { labels } } } });

  await scene.patch(extensionKind, 'extension', labelled({ zone: 'b', app: 'shop' }));
  await scene.done(extensionKind, 'extension');
  expect(await scene.configMap(owned)).toMatchObject({ KONG_CLUSTER_DP_LABELS: 'app:shop,zone:b' });

  await scene.patch(extensionKind, 'extension', labelled(null));
  await scene.done(extensionKind, 'extension');
  expect(await scene.configMap(owned)).not.toHaveProperty('KONG_CLUSTER_DP_LABELS');
});

it('takes a rotated token into use; a wrong one leaves the last good one in use and says so', async () => {
  const scene = await programmed('rotation');
  const good = newToken();
  stage.stack.konnect.addToken(scene.organizationId, good);
  await scene.patch('Secret', 'token', { stringData: { token: good } });
  await stage.until('the new token is stored', () => storedToken(stage.stack, scene.namespace) === good);
  stage.stack.konnect.revokeToken(scene.token);

  await scene.patch('Secret', 'token', { stringData: { token: newToken() } });
  const told = await scene.until(
    authKind,
    'auth',
    'tells of the wrong token',
    (object) => findCondition(object, 'TokenAccepted')?.status === 'False',
  );

  expect(holdsForGeneration(told, 'APIAuthValid')).toBe(true);
  expect(messageOf(told, 'TokenAccepted')).toContain('the previous token still works and stays in use');
  expect(storedToken(stage.stack, scene.namespace)).toBe(good);
  await scene.patch(controlPlaneKind, 'plane', { spec: { description: 'with the last good token' } });
  await scene.done(controlPlaneKind, 'plane');
  expect(scene.planes()).toMatchObject([{ description: 'with the last good token' }]);

  await scene.patch('Secret', 'token', { stringData: { token: good } });
  await scene.until(
    authKind,
    'auth',
    'accepts the corrected token',
    (object) => findCondition(object, 'TokenAccepted')?.status === 'True',
  );
});

it('makes a new certificate where the Secret with the old one was deleted', async () => {
  const scene = await programmed('secret-deleted');
  const before = await scene.mounted(owned);
  await scene.remove('Secret', owned);

  const after = await stage.until('there is another certificate', async () => {
    const found = await scene.mounted(owned);
    return found === before ? undefined : found;
  });
  await stage.rest();

  const id = idOf(await scene.done(controlPlaneKind, 'plane'));
  // Data planes that run with the old one go on until they restart.
  expect(scene.pinned(id).toSorted()).toEqual([before, after].map(String).sort());
});

it('restores settings that somebody changed by hand', async () => {
  const scene = await programmed('config-map');
  const before = await scene.configMap(owned);
  await scene.patch('ConfigMap', owned, { data: { KONG_ROLE: 'traditional', KONG_VITALS: null, MINE: 'too' } });

  await stage.until('the settings are as before', async () => {
    const { KONG_ROLE, KONG_VITALS, MINE } = asRecord(await scene.configMap(owned));
    return KONG_ROLE === 'data_plane' && KONG_VITALS === 'off' && MINE === undefined;
  });

  expect(await scene.configMap(owned)).toEqual(before);
});

it('makes a control plane anew that was deleted in Konnect, and the extension follows', async () => {
  const scene = await programmed('deleted-in-konnect');
  const lost = await scene.done(controlPlaneKind, 'plane');
  stage.stack.konnect.removeControlPlane(idOf(lost));

  await force(stage.stack, lost);
  await stage.until('there is another one', () => scene.planes().some(({ id }) => id !== idOf(lost)));
  await stage.rest();

  expect(await outcomeOf(stage, scene)).toEqual(converged);
  const [plane] = scene.planes();
  const extension = await scene.done(extensionKind, 'extension');
  expect(statusOf(extension)['konnect']).toMatchObject({
    controlPlaneID: plane?.id,
    endpoints: { controlPlane: plane?.config.control_plane_endpoint, telemetry: plane?.config.telemetry_endpoint },
  });
  const host = new URL(plane?.config.control_plane_endpoint ?? '').hostname;
  expect(await scene.configMap(owned)).toMatchObject({ KONG_CLUSTER_SERVER_NAME: host });
  expect(textAt(await scene.get('ConfigMap', owned), 'metadata', 'name')).toBe(owned);
});

it('finds the lost control plane also where only the extension is asked', async () => {
  const scene = await programmed('extension-asked');
  const lost = idOf(await scene.done(controlPlaneKind, 'plane'));
  stage.stack.konnect.removeControlPlane(lost);

  await force(stage.stack, await scene.done(extensionKind, 'extension'));
  await stage.until('there is another one', () => scene.planes().some(({ id }) => id !== lost));
  await stage.rest();

  expect(await outcomeOf(stage, scene)).toEqual(converged);
});

function newToken(): string {
  return `kpat_${randomBytes(20).toString('hex')}`;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
