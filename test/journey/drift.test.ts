import { expect, it } from 'vitest';
import type { DriftAnswer, DriftReport } from '../../lib/drift/report.ts';
import { findCondition } from '../../lib/engine/objects.ts';
import { parseEvent } from '../../lib/events/event.ts';
import { invoke } from './invoke.ts';
import { controlPlaneKind, type Manifest, story } from './manifests.ts';
import { idOf, type Scene } from './scene.ts';
import { stageForFile } from './stage.ts';

/* The drift check as it is deployed: its function, its rights in the cluster and at AWS, its queue. */

const stage = stageForFile();

const service = (name: string): Manifest => ({
  apiVersion: 'configuration.konghq.com/v1alpha1',
  kind: 'KongService',
  metadata: { name },
  spec: {
    name,
    controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'plane' } },
    host: `${name}.internal`,
  },
});

async function shop(name: string): Promise<{ readonly scene: Scene; readonly plane: string }> {
  const scene = await stage.scene(name);
  await scene.apply(...story(scene.token), service('shop'), service('other'));
  for (const one of ['shop', 'other']) await scene.done('KongService', one);
  const plane = idOf(await scene.done(controlPlaneKind, 'plane'));
  await stage.rest();
  return { scene, plane };
}

async function drift(request: unknown): Promise<DriftReport> {
  const { report } = (await invoke('drift-check', stage.stack, request)) as DriftAnswer;
  if (report === undefined) throw new Error('there is no report');
  return report;
}

const hostsOf = (plane: string) =>
  Object.fromEntries(stage.stack.konnect.entities(plane, 'services').map(({ name, host }) => [String(name), host]));

it('finds nothing where nothing differs, and writes nothing', async () => {
  const { scene } = await shop('quiet');
  stage.stack.konnect.resetRequests();
  const sent = stage.stack.queues.sent.length;

  const report = await drift({ mode: 'repair', wait: true });

  expect(report).toMatchObject({ findings: [], problems: [], events: 0 });
  expect(report.checked).toContainEqual(
    expect.objectContaining({ controlPlane: `${scene.namespace}/plane`, kind: 'KongService', objects: 2, entities: 2 }),
  );
  expect(stage.stack.konnect.requests.filter(({ write }) => write)).toEqual([]);
  expect(stage.stack.queues.sent).toHaveLength(sent);
});

it('reports by hand, and repairs by its schedule, through its queue', async () => {
  const { scene, plane } = await shop('edited');
  const { konnect, queues } = stage.stack;
  const [edited] = konnect.entities(plane, 'services').filter(({ name }) => name === 'shop');
  konnect.patchEntity(plane, 'services', edited?.id ?? '', { host: 'elsewhere.internal' });
  const [gone] = konnect.entities(plane, 'services').filter(({ name }) => name === 'other');
  konnect.removeEntity(plane, 'services', gone?.id ?? '');

  const report = await drift({ mode: 'report', wait: true, controlPlane: `${scene.namespace}/plane` });
  expect(report.counts).toEqual({ missing: 1, different: 1, orphaned: 0, stuck: 0 });
  expect(findCondition((await scene.get('KongService', 'shop')) ?? never(), 'InSync')).toMatchObject({
    status: 'False',
    message: 'Konnect has it otherwise: host',
  });
  expect(hostsOf(plane)).toEqual({ shop: 'elsewhere.internal' });

  const sent = queues.sent.length;
  const answer = (await invoke('drift-check', stage.stack, { mode: 'repair' })) as DriftAnswer;
  expect(answer.report).toBeUndefined();
  expect(answer.queued).toBeGreaterThan(1);
  await stage.until('both are as their objects say', () => Object.keys(hostsOf(plane)).length === 2);
  await stage.rest();

  expect(hostsOf(plane)).toEqual({ shop: 'shop.internal', other: 'other.internal' });
  const events = queues.sent
    .slice(sent)
    .flatMap(({ body }) => (body.includes('"specversion"') ? [parseEvent(body).data] : []));
  const own = events.filter(({ namespace, cause }) => namespace === scene.namespace && cause === 'drift');
  expect(own.map(({ name, origin }) => [name, origin]).toSorted()).toEqual([
    ['other', answer.run],
    ['shop', answer.run],
  ]);
  for (const name of ['shop', 'other'])
    expect(findCondition((await scene.get('KongService', name)) ?? never(), 'InSync')?.status).toBe('True');
});

it('deletes what a gone object left, where that is asked for', async () => {
  const { scene, plane } = await shop('orphans');
  const resource = {
    group: 'configuration.konghq.com',
    version: 'v1alpha1',
    kind: 'KongService',
    plural: 'kongservices',
    namespaced: true,
  };
  const planes = {
    group: 'konnect.konghq.com',
    version: 'v1alpha1',
    kind: controlPlaneKind,
    plural: 'konnectgatewaycontrolplanes',
    namespaced: true,
  };
  const { admin } = stage.stack;
  const { namespace } = scene;
  await admin.patch(
    planes,
    { namespace, name: 'plane' },
    { metadata: { annotations: { 'konnect-reconciler.io/orphan-policy': 'repair' } } },
  );
  await stage.stack.forwarder?.kill();
  await admin.patch(resource, { namespace, name: 'shop' }, { metadata: { finalizers: null } });
  await admin.delete(resource, { namespace, name: 'shop' });
  expect(Object.keys(hostsOf(plane))).toHaveLength(2);

  const report = await drift({ mode: 'repair', wait: true, controlPlane: `${namespace}/plane` });
  expect(report.findings).toMatchObject([{ class: 'orphaned', name: 'shop', policy: 'repair', sent: true }]);
  await stage.until('it is gone', () => Object.keys(hostsOf(plane)).length === 1);
  await stage.stack.restartForwarder();
  await stage.rest();
});

it('says what is wrong with a request', async () => {
  await expect(drift({ mode: 'destroy', when: 'now' })).rejects.toThrow(/mode must be .*when is no field of it/);
});

function never(): never {
  throw new Error('the object is gone');
}
