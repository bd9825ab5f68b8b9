import { expect, it } from 'vitest';
import { story } from './manifests.ts';
import { converged, outcomeOf } from './outcome.ts';
import { deadLetters } from './rest.ts';
import type { Scene } from './scene.ts';
import { stageForFile } from './stage.ts';
import { atCall, killFunctions, randomFrom, seedOfRun } from './strike.ts';

const stage = stageForFile();
const seed = seedOfRun();
const rounds = 4;

async function apply(name: string): Promise<Scene> {
  const scene = await stage.scene(name);
  await scene.apply(...story(scene.token));
  return scene;
}

/** The same end as without the trouble: nothing twice, nothing given up. */
async function endsWell(scene: Scene, told = ''): Promise<void> {
  await stage.rest();
  expect(await outcomeOf(stage, scene), told).toEqual(converged);
  expect(deadLetters(stage.stack), told).toEqual([]);
}

it('ends the same when all functions are killed at any call that one of them makes', async () => {
  const random = randomFrom(seed);
  // The first run also reads what functions then keep in memory.
  await endsWell(await apply('cold'));
  const calls = atCall(stage.stack, Number.POSITIVE_INFINITY, 'before', () => undefined);
  await endsWell(await apply('warm'));
  calls.end();
  expect(calls.count).toBeGreaterThan(10);
  let kills = 0;
  for (let round = 0; round < rounds; round += 1) {
    const nth = 1 + Math.floor(random() * calls.count);
    const when = random() < 0.5 ? 'before' : 'after';
    let killed: Promise<void> | undefined;
    const struck = atCall(stage.stack, nth, when, () => {
      killed = killFunctions(stage.stack);
    });
    const told = `killed ${when} call ${nth} of ${calls.count}; repeat it with JOURNEY_SEED=${seed}`;

    const scene = await apply(`killed-${round}`);

    await endsWell(scene, told);
    kills += killed === undefined ? 0 : 1;
    await killed;
    struck.end();
  }
  // How many calls there are differs with how many events one look answers, so the last may not come.
  expect(kills, `JOURNEY_SEED=${seed}`).toBeGreaterThanOrEqual(rounds / 2);
});

it('ends the same when the forwarder is killed in the middle and started again', async () => {
  const { stack } = stage;
  const sent = stack.queues.sent.length;
  const scene = await apply('forwarder');
  await stage.until('the forwarder sends', () => stack.queues.sent.length > sent);
  await stack.forwarder?.kill();
  expect(await stack.forwarder?.ended).toBe('SIGKILL');

  await stack.restartForwarder();

  await endsWell(scene);
});

it('sees after its start what was changed while no forwarder ran', async () => {
  const scene = await apply('meanwhile');
  await endsWell(scene);
  await stage.stack.forwarder?.kill();
  await scene.patch('KonnectGatewayControlPlane', 'plane', { spec: { description: 'changed meanwhile' } });
  await scene.remove('Secret', 'konnect-extension-extension');

  await stage.stack.restartForwarder();

  await stage.until('there is a new certificate', () => scene.mounted('konnect-extension-extension'));
  await stage.rest();
  expect(scene.planes()).toMatchObject([{ description: 'changed meanwhile' }]);
  expect(await outcomeOf(stage, scene)).toEqual({ ...converged, certificates: 2 });
});

it('asks Konnect for nothing when the forwarder starts again and nothing has changed', async () => {
  const scene = await apply('restarted');
  await endsWell(scene);
  stage.stack.konnect.resetRequests();

  await stage.stack.restartForwarder();

  await endsWell(scene);
  expect(stage.stack.konnect.requests).toEqual([]);
});

it('ends the same when the API server is away for a while, with its state kept', async ({ skip }) => {
  if (stage.stack.kubernetes === undefined) return skip('a real API server can not be stopped from here');
  const scene = await apply('api-server');
  const logged = stage.stack.functions.logs.length;

  await stage.withoutKubernetes(() => seenInLogs(logged, 'the API server did not answer'));

  await endsWell(scene);
});

it('ends the same when Konnect is away for a while, with its state kept', async () => {
  const { stack } = stage;
  const start = await stack.stopKonnect();
  const logged = stack.functions.logs.length;
  const scene = await apply('konnect');
  await seenInLogs(logged, 'ECONNREFUSED');

  await start();

  await endsWell(scene);
});

it('ends the same when SQS refuses whatever is asked of it for a while', async () => {
  const { queues } = stage.stack;
  let refused = 0;
  queues.setFault(() => {
    refused += 1;
    return refused <= 20 ? { status: 503, code: 'ServiceUnavailable' } : undefined;
  });
  const scene = await apply('sqs');
  await stage.until('SQS has refused', () => refused > 20, { patient: true });
  queues.setFault(undefined);

  await endsWell(scene);
});

it('makes nothing twice when the answer to every first write is lost', async () => {
  const seen = new Set<string>();
  stage.stack.konnect.setFault(({ organizationId, operation, write }) => {
    const call = `${organizationId} ${operation}`;
    if (!write || seen.has(call)) return undefined;
    seen.add(call);
    return 'reset-after';
  });
  const scene = await apply('lost-answers');

  await endsWell(scene);

  stage.stack.konnect.setFault(undefined);
  // The certificate whose upload was not answered is in no Secret yet, so another is made and that one goes.
  const writes = ['CreateControlPlane', 'CreateDataPlaneCertificate', 'DeleteDataPlaneCertificate'];
  expect([...seen]).toEqual(writes.map((operation) => `${scene.organizationId} ${operation}`));
});

async function seenInLogs(from: number, text: string): Promise<void> {
  await stage.until(
    `a function logs "${text}"`,
    () => stage.stack.functions.logs.slice(from).some((line) => line.text.includes(text)),
    { patient: true },
  );
}
