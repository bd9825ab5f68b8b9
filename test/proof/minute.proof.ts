import { expect, it, vi } from 'vitest';
import { forwarderUser } from '../../infra/local/deployment.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { controlPlaneKind, story } from '../journey/manifests.ts';
import { converged, outcomeOf } from '../journey/outcome.ts';
import { deadLetters } from '../journey/rest.ts';
import type { Scene } from '../journey/scene.ts';
import { stageForFile } from '../journey/stage.ts';
import { mostPerSecond } from './calls.ts';
import { note } from './figures.ts';

/* A real minute of refusals: the waits of the forwarder and of the SDK have no other clock. */

const stage = stageForFile();
const minuteMs = Number(process.env['PROOF_MINUTE_MS'] ?? 60_000);
/** Waits of half a second that double up to half a minute, each with whole jitter: not more in a minute, but for odd dice. */
const triesInAMinute = 20;

it('loses nothing where the API server refuses everything for a minute, and asks it seldom', async () => {
  const scene = await applied('api-server');
  const { kubernetes } = stage.stack;
  const calls = (): number[] => requestsOfForwarder(stage.stack).map(({ at }) => at);
  kubernetes?.setFault(({ user }) =>
    user === forwarderUser || user.startsWith('konnect-reconciler-') ? { status: 503 } : undefined,
  );
  kubernetes?.dropWatches();
  const start = Date.now();
  await scene.patch(controlPlaneKind, 'plane', { spec: { description: 'changed meanwhile' } });
  await scene.remove('Secret', 'konnect-extension-extension');
  await over(start);
  kubernetes?.setFault(undefined);
  const end = Date.now();

  await stage.until('there is a new certificate', () => scene.mounted('konnect-extension-extension'), {
    patient: true,
  });
  await endsWell(scene);

  const watches = watchesOfForwarder(stage.stack);
  noteBack('API server', end);
  const during = calls().filter((at) => at >= start && at < end);
  const after = calls().filter((at) => at >= end);
  note(
    {
      what: `API server refuses for a minute: calls of the forwarder for each of its ${watches} watches`,
      value: during.length / watches,
      unit: 'calls',
      bar: triesInAMinute,
    },
    {
      what: 'API server back: most calls of the forwarder in a second, for each of its watches',
      value: mostPerSecond(after) / watches,
      unit: 'calls',
      // A list and a watch, and the same again where the list met a restart.
      bar: 4,
    },
  );
  expect(during.length).toBeGreaterThan(0);
});

it('loses nothing where SQS refuses everything for a minute, and asks it seldom', async () => {
  const scene = await applied('sqs');
  const { queues } = stage.stack;
  const sends = (): number[] =>
    queues.calls.filter(({ operation }) => operation === 'SendMessageBatch').map(({ at }) => at);
  queues.setFault(() => ({ status: 503, code: 'ServiceUnavailable' }));
  const start = Date.now();
  await scene.patch(controlPlaneKind, 'plane', { spec: { description: 'changed meanwhile' } });
  await scene.remove('Secret', 'konnect-extension-extension');
  await over(start);
  queues.setFault(undefined);
  const end = Date.now();

  await stage.until('there is a new certificate', () => scene.mounted('konnect-extension-extension'), {
    patient: true,
  });
  await endsWell(scene);

  noteBack('SQS', end);
  const during = sends().filter((at) => at >= start && at < end);
  note({
    what: 'SQS refuses for a minute: sends of the forwarder that were tried',
    value: during.length,
    unit: 'calls',
    // Of two lanes, and the SDK makes three of each.
    bar: 2 * 3 * triesInAMinute,
  });
  expect(during.length).toBeGreaterThan(0);
});

async function applied(name: string): Promise<Scene> {
  const scene = await stage.scene(name);
  await scene.apply(...story(scene.token));
  await stage.rest();
  return scene;
}

async function over(start: number): Promise<void> {
  await vi.waitUntil(() => Date.now() - start > minuteMs, { timeout: 2 * minuteMs, interval: 100 });
}

async function endsWell(scene: Scene): Promise<void> {
  await stage.rest();
  expect(scene.planes()).toMatchObject([{ description: 'changed meanwhile' }]);
  expect(await outcomeOf(stage, scene)).toEqual({ ...converged, certificates: 2 });
  expect(deadLetters(stage.stack)).toEqual([]);
}

/** What had waited comes all at once, and its functions call no faster for that. */
function noteBack(system: string, end: number): void {
  const moments = stage.stack.konnect.requests.map(({ at }) => Date.parse(at)).filter((at) => at >= end);
  const value = mostPerSecond(moments);
  note({ what: `${system} back: most calls to Konnect in a second`, value, unit: 'calls', bar: 20 });
  expect(value).toBeLessThanOrEqual(20);
}

function requestsOfForwarder({ kubernetes }: Stack) {
  return (kubernetes?.requests ?? []).filter(({ user }) => user === forwarderUser);
}

/** Different things that it watches. */
function watchesOfForwarder(stack: Stack): number {
  const watches = requestsOfForwarder(stack).filter(({ verb }) => verb === 'watch');
  return new Set(watches.map(({ group, resource }) => `${group}/${resource}`)).size;
}
