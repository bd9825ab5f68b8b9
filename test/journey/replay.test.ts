import { expect, it } from 'vitest';
import { findCondition, type KubernetesObject } from '../../lib/engine/objects.ts';
import { parseEvent } from '../../lib/events/event.ts';
import { auth, controlPlane, controlPlaneKind, type Manifest, story } from './manifests.ts';
import { countOf, replay } from './replay.ts';
import { deadLetters } from './rest.ts';
import { idOf, type Scene } from './scene.ts';
import { stageForFile } from './stage.ts';

const stage = stageForFile();
const group = 'configuration.konghq.com/v1alpha1';

const service: Manifest = {
  apiVersion: group,
  kind: 'KongService',
  metadata: { name: 'shop' },
  spec: {
    controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'plane' } },
    host: 'shop.internal',
  },
};
const route: Manifest = {
  apiVersion: group,
  kind: 'KongRoute',
  metadata: { name: 'shop', labels: { team: 'shop' } },
  spec: { serviceRef: { type: 'namespacedRef', namespacedRef: { name: 'shop' } }, paths: ['/shop'] },
};

async function shop(name: string): Promise<Scene> {
  const scene = await stage.scene(name);
  await scene.apply(...story(scene.token), service, route);
  await scene.done('KongRoute', 'shop');
  await stage.rest();
  return scene;
}

/** The causes and objects of the events that were sent since. */
function sentSince(count: number, namespace: string): readonly string[] {
  const events = stage.stack.queues.sent.slice(count).map(({ body }) => parseEvent(body).data);
  const own = events.filter((data) => data.namespace === namespace);
  return own.map(({ cause, kind, name }) => `${cause} ${kind} ${name}`).sort();
}

it('sends an event for everything, and Konnect is not asked where nothing has changed', async () => {
  const scene = await shop('everything');
  const { stack } = stage;
  stack.konnect.resetRequests();
  const sent = stack.queues.sent.length;

  const told = await replay(stack, { all: true });
  expect(stack.queues.sent).toHaveLength(sent);
  const answer = await replay(stack, { all: true, dryRun: false });
  await stage.rest();

  expect(answer).toEqual({ ...told, run: answer.run, dryRun: false });
  expect(answer).toMatchObject({ events: { auth: 1, 'control-plane': 1, extension: 1, entity: 2 }, problems: [] });
  expect(sentSince(sent, scene.namespace)).toEqual([
    'replay KongRoute shop',
    'replay KongService shop',
    'replay KonnectAPIAuthConfiguration auth',
    'replay KonnectExtension extension',
    'replay KonnectGatewayControlPlane plane',
  ]);
  expect(stack.konnect.requests).toEqual([]);
});

it('repairs what was changed in Konnect, where it is told to look closely', async () => {
  const scene = await shop('repair');
  const { konnect } = stage.stack;
  const id = idOf(await scene.done(controlPlaneKind, 'plane'));
  const [found] = konnect.entities(id, 'services');
  konnect.patchEntity(id, 'services', found?.id ?? '', { host: 'elsewhere.internal' });

  const where = { controlPlane: `${scene.namespace}/plane`, dryRun: false };
  expect(countOf(await replay(stage.stack, where))).toBe(4);
  await stage.rest();
  expect(konnect.entities(id, 'services')).toMatchObject([{ host: 'elsewhere.internal' }]);

  expect(countOf(await replay(stage.stack, { ...where, force: true }))).toBe(4);
  await stage.until(
    'the service is as its object says',
    () => konnect.entities(id, 'services')[0]?.['host'] === 'shop.internal',
  );
  await stage.rest();
});

it('finds by label and by uid', async () => {
  const scene = await shop('labels');
  const { namespace } = scene;
  const uid = (await scene.get('KongService', 'shop'))?.metadata.uid ?? '';
  const named = { cluster: 'local', namespace, name: 'shop' };
  expect((await replay(stage.stack, { namespace, labelSelector: 'team in (shop, other)' })).objects).toEqual([
    { ...named, kind: 'KongRoute' },
  ]);
  expect((await replay(stage.stack, { uid })).objects).toEqual([{ ...named, kind: 'KongService' }]);
});

it('brings back nothing that was deleted', async () => {
  const scene = await shop('deleted');
  const id = idOf(await scene.done(controlPlaneKind, 'plane'));
  await scene.remove('KongRoute', 'shop');
  await stage.rest();
  const calls = scene.calls().length;

  const { namespace } = scene;
  const answer = await replay(stage.stack, { kind: 'KongRoute', namespace, name: 'shop', force: true, dryRun: false });
  await stage.rest();

  expect(countOf(answer)).toBe(0);
  expect(stage.stack.konnect.entities(id, 'routes')).toEqual([]);
  expect(scene.calls()).toHaveLength(calls);
});

it('tries again what was given up, and empties the dead-letter queues', async () => {
  const scene = await stage.scene('letters');
  const { konnect } = stage.stack;
  konnect.setFault(({ organizationId, method }) =>
    organizationId === scene.organizationId && method === 'POST' ? { status: 503 } : undefined,
  );
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('plane'));
  await stage.until('there is a dead letter', () => deadLetters(stage.stack, scene.namespace).length > 0);
  await stage.rest();
  konnect.setFault(undefined);

  expect(countOf(await replay(stage.stack, { deadLetters: true }))).toBe(1);
  expect(deadLetters(stage.stack, scene.namespace)).not.toEqual([]);
  expect(isDone(await scene.get(controlPlaneKind, 'plane'))).toBe(false);

  expect(countOf(await replay(stage.stack, { deadLetters: true, dryRun: false }))).toBe(1);
  await scene.done(controlPlaneKind, 'plane');
  expect(scene.planes()).toHaveLength(1);
  expect(deadLetters(stage.stack)).toEqual([]);
});

it('says what is wrong with a request', async () => {
  await expect(replay(stage.stack, {})).rejects.toThrow(/say all: true/);
});

function isDone(object: KubernetesObject | undefined): boolean {
  return object !== undefined && findCondition(object, 'Programmed')?.status === 'True';
}
