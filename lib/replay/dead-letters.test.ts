import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LocalQueues, startQueues } from '../../infra/local/sqs.ts';
import { service, serviceKind } from '../../test/memory/core.ts';
import { createDeadLetterQueue, type DeadLetterQueue } from '../dead-letters/queue.ts';
import { ClusterError } from '../engine/errors.ts';
import { pausedAnnotation } from '../engine/names.ts';
import { messageGroupId, type ObjectEventData, objectEvent } from '../events/event.ts';
import { type Lane, lanes } from '../kinds/define.ts';
import { createScene, furnish, type Scene } from './fixture.ts';

let queues: LocalQueues;
let client: SQSClient;
let scene: Scene;
let count = 0;

beforeEach(async () => {
  const names = lanes.map((lane) => `${lane}-dead.fifo`);
  queues = await startQueues({ queues: names.map((name) => ({ name, visibilityTimeoutSeconds: 30 })) });
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  client = new SQSClient({ endpoint: queues.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const entries = lanes.map((lane) => [lane, hasty(lane)] as const);
  scene = createScene({ deadLetters: Object.fromEntries(entries) as Record<Lane, DeadLetterQueue> });
  furnish(scene.cluster);
});
afterEach(async () => {
  client.destroy();
  await queues.stop();
});

/** The queue of a lane, without the second that SQS needs to be sure that there is nothing. */
function hasty(lane: Lane): DeadLetterQueue {
  const name = `${lane}-dead.fifo`;
  const queue = createDeadLetterQueue(client, queues.urls[name] ?? '');
  const visible = () => queues.messages(name).some(({ state }) => state === 'ready');
  return { ...queue, receive: async (seconds) => (visible() ? queue.receive(seconds) : []) };
}

function dataOf(name: string, over: Partial<ObjectEventData> = {}): ObjectEventData {
  const object = scene.cluster.user.find(serviceKind.resource, { namespace: 'team', name });
  const { group, version, kind } = serviceKind.resource;
  const { uid = `uid-${name}`, resourceVersion = '1' } = object?.metadata ?? {};
  const named = { cluster: 'blue', group, version, kind, namespace: 'team', name };
  return { ...named, uid, resourceVersion, generation: 1, cause: 'change', ...over };
}

async function bury(body: string, group: string, lane: Lane = 'entity'): Promise<void> {
  count += 1;
  const QueueUrl = queues.urls[`${lane}-dead.fifo`];
  const ids = { MessageGroupId: group, MessageDeduplicationId: `letter-${count}` };
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...ids }));
}

const buryEvent = (data: ObjectEventData, lane?: Lane) =>
  bury(JSON.stringify(objectEvent(data, new Date())), messageGroupId(data), lane);

const left = (lane: Lane = 'entity') => queues.messages(`${lane}-dead.fifo`);

it('tells what dead letters are for, and leaves them as they are', async () => {
  await buryEvent(dataOf('svc'));
  await buryEvent(dataOf('svc', { generation: 2 }));

  const answer = await scene.replay({ deadLetters: true });

  expect(answer).toMatchObject({
    events: { entity: 1 },
    objects: [{ kind: 'KongService', name: 'svc' }],
    problems: [],
  });
  expect(scene.sent).toEqual([]);
  expect(left()).toMatchObject([{ state: 'ready' }, { state: 'ready' }]);
});

it('sends one event for each object as it is now, and deletes all its letters', async () => {
  for (let index = 0; index < 25; index += 1) await buryEvent(dataOf('svc', { resourceVersion: String(index) }));

  const answer = await scene.replay({ deadLetters: true, dryRun: false });

  expect(answer).toMatchObject({ events: { entity: 1 }, problems: [] });
  expect(scene.sent.map(({ data }) => data)).toEqual([dataOf('svc', { cause: 'replay', origin: answer.run })]);
  expect(left()).toEqual([]);
});

it('replays what is gone under its name, so that what is known by the name alone is cleared', async () => {
  await buryEvent(dataOf('gone', { uid: 'old' }));
  await scene.replay({ deadLetters: true, dryRun: false });
  expect(scene.sent).toMatchObject([{ data: { name: 'gone', uid: 'old', cause: 'replay' } }]);
  expect(left()).toEqual([]);
});

it.each([
  ['change', undefined],
  ['dependency', true],
  ['drift', true],
] as const)('asks for as much as the letter did: %s', async (cause, force) => {
  await buryEvent(dataOf('svc', { cause }));
  await scene.replay({ deadLetters: true, dryRun: false });
  expect(scene.sent.map(({ data }) => data.force)).toEqual([force]);
});

it.each([
  { name: 'other' },
  { namespace: 'other' },
  { kind: 'KongRoute' },
  { cluster: 'green' },
  { uid: 'other' },
  { labelSelector: 'team=shop' },
  { controlPlane: 'team/other' },
])('leaves what is not asked for: %j', async (filter) => {
  await buryEvent(dataOf('svc'));
  const answer = await scene.replay({ deadLetters: true, dryRun: false, ...filter });
  expect(answer).toMatchObject({ events: {}, problems: [] });
  expect(scene.sent).toEqual([]);
  expect(left()).toMatchObject([{ state: 'ready' }]);
});

it('finds by control plane', async () => {
  await buryEvent(dataOf('svc'));
  await scene.replay({ deadLetters: true, dryRun: false, controlPlane: 'team/cp' });
  expect(scene.told()).toEqual(['KongService svc']);
});

it('leaves the letters of paused objects', async () => {
  scene.cluster.user.apply(
    serviceKind.resource,
    service({}, { annotations: { [pausedAnnotation]: 'true' } }, 'paused'),
  );
  await buryEvent(dataOf('paused'));
  expect(await scene.replay({ deadLetters: true, dryRun: false })).toMatchObject({ events: {}, problems: [] });
  expect(left()).toHaveLength(1);
});

it('leaves what is no event, or for no kind of ours, and says so without quoting it', async () => {
  await bury('{"token": "kpat_secret"}', 'x');
  await buryEvent(dataOf('svc', { kind: 'Shop' }), 'auth');
  await buryEvent(dataOf('svc'));

  const answer = await scene.replay({ deadLetters: true, dryRun: false });

  expect(answer.events).toEqual({ entity: 1 });
  expect(answer.problems).toHaveLength(2);
  expect(answer.problems).toContainEqual(
    expect.stringMatching(/^dead letter \S+ of the lane auth is for the unknown kind Shop$/),
  );
  expect(answer.problems).toContainEqual(expect.stringMatching(/^dead letter \S+ of the lane entity is no event: /));
  expect(JSON.stringify(answer)).not.toContain('kpat_');
  expect([left().length, left('auth').length]).toEqual([1, 1]);
});

it('leaves letters whose event SQS did not take, or whose cluster does not answer', async () => {
  await buryEvent(dataOf('svc'));
  scene.refuse = (events) => events;
  expect((await scene.replay({ deadLetters: true, dryRun: false })).problems).toHaveLength(1);
  expect(left()).toHaveLength(1);

  scene.refuse = () => [];
  scene.cluster.intercept(() => new ClusterError('list: the API server did not answer', {}));
  const { problems } = await scene.replay({ deadLetters: true, dryRun: false });
  expect(problems).toEqual([expect.stringMatching(/^dead letters for KongService of cluster blue stay: /)]);
  expect(left()).toMatchObject([{ state: 'ready' }]);
});

it('refuses a label selector that the API server does not understand, and gives the letters back', async () => {
  await buryEvent(dataOf('svc'));
  scene.cluster.intercept(() => new ClusterError('unable to parse requirement', { status: 400 }));
  await expect(scene.replay({ deadLetters: true, labelSelector: 'a in' })).rejects.toThrow(/^labelSelector /);
  expect(left()).toMatchObject([{ state: 'ready' }]);
});

it('does not take up again what dies of this very run', async () => {
  await buryEvent(dataOf('svc', { cause: 'replay', origin: 'run-1' }));
  expect(await scene.replay({ deadLetters: true, dryRun: false })).toMatchObject({ run: 'run-1', events: {} });
  expect(left()).toHaveLength(1);
  await scene.replay({ deadLetters: true, dryRun: false });
  expect(left()).toEqual([]);
});

it('says where letters could not be deleted', async () => {
  await buryEvent(dataOf('svc'));
  const refused = { status: 403, code: 'AccessDenied', message: 'no right to delete' };
  queues.setFault(({ operation }) => (operation === 'DeleteMessageBatch' ? refused : undefined));
  const { problems } = await scene.replay({ deadLetters: true, dryRun: false });
  expect(problems).toEqual([
    expect.stringMatching(/^1 dead letters of the lane entity were replayed, but not deleted: no right to delete/),
  ]);
});

it('stops when its time is up and is called again', async () => {
  await buryEvent(dataOf('svc'));
  scene.remaining = 0;
  const { next, run } = await scene.replay({ deadLetters: true, dryRun: false });
  expect(left()).toHaveLength(1);
  scene.remaining = 900_000;
  const second = await scene.replay({ deadLetters: true, dryRun: false, after: next, run });
  expect(second).not.toHaveProperty('next');
  expect(left()).toEqual([]);
});
