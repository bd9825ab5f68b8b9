import { expect, it } from 'vitest';
import { secretResource } from '../../lib/engine/objects.ts';
import {
  authKind,
  controlPlaneKind,
  extensionKind,
  type Manifest,
  resourceNamed,
  story,
} from '../journey/manifests.ts';
import { outcomeOf } from '../journey/outcome.ts';
import { deadLetters } from '../journey/rest.ts';
import type { Scene } from '../journey/scene.ts';
import { stageForFile } from '../journey/stage.ts';
import { atCall, killFunctions, randomFrom } from '../journey/strike.ts';
import { storedToken } from '../journey/tokens.ts';
import { note } from './figures.ts';

/* The same as the matrix does in one process, with the built functions in workers that are killed: a sample. */

const seed = Number(process.env['PROOF_SEED'] ?? 1);
const rounds = 6;
const stage = stageForFile();

const controlPlaneRef = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'plane' } };
const entities: readonly Manifest[] = [
  entity('KongService', 'orders', { controlPlaneRef, name: 'orders', host: 'orders.internal' }),
  entity('KongRoute', 'orders', {
    serviceRef: { type: 'namespacedRef', namespacedRef: { name: 'orders' } },
    name: 'orders',
    paths: ['/orders'],
  }),
  { ...entity('KongConsumer', 'kiosk', { controlPlaneRef }), username: 'kiosk' },
  entity('KongCredentialAPIKey', 'kiosk', { consumerRef: { name: 'kiosk' }, key: 'a-key-of-the-kiosk' }),
];

interface Operation {
  readonly name: string;
  act(scene: Scene): Promise<void>;
}

const operations: readonly Operation[] = [
  { name: 'create', act: (scene) => scene.apply(...story(scene.token)) },
  {
    name: 'update',
    act: async (scene) =>
      void (await scene.patch(controlPlaneKind, 'plane', { spec: { description: 'edited', labels: { team: 'a' } } })),
  },
  { name: 'create entities', act: (scene) => scene.apply(...entities) },
  {
    name: 'update entities',
    async act(scene) {
      await scene.patch('KongService', 'orders', { spec: { host: 'moved.internal' } });
      await scene.patch('KongCredentialAPIKey', 'kiosk', { spec: { key: 'another-key-of-the-kiosk' } });
    },
  },
  {
    name: 'delete entities',
    async act(scene) {
      for (const { kind, metadata } of entities) await scene.remove(kind, metadata.name);
    },
  },
  {
    name: 'change a token',
    async act(scene) {
      const token = otherTokenOf(scene);
      stage.stack.konnect.addToken(scene.organizationId, token);
      await scene.patch('Secret', 'token', { data: { token: Buffer.from(token).toString('base64') } });
    },
  },
  { name: 'rotate a certificate', act: (scene) => scene.remove('Secret', 'konnect-extension-extension') },
  {
    name: 'delete',
    async act(scene) {
      for (const [kind, name] of [
        [extensionKind, 'extension'],
        [controlPlaneKind, 'plane'],
        [authKind, 'auth'],
        ['Secret', 'token'],
      ] as const)
        await scene.remove(kind, name);
    },
  },
];

it(`ends the same when all functions are killed at a call of any operation (PROOF_SEED=${seed})`, async () => {
  const random = randomFrom(seed);
  // The first life also reads what functions then keep in memory.
  await live(await stage.scene('cold'), async (operation, scene) => {
    await operation.act(scene);
    return operation.name;
  });
  const calls = new Map<string, number>();
  const ends = await live(await stage.scene('warm'), async (operation, scene, rest) => {
    const counted = atCall(stage.stack, Number.POSITIVE_INFINITY, 'before', () => undefined);
    await operation.act(scene);
    await rest();
    calls.set(operation.name, counted.count);
    counted.end();
    return operation.name;
  });
  let tried = 0;
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    await live(
      await stage.scene(`killed-${round}`),
      async (operation, scene, rest) => {
        const most = calls.get(operation.name) ?? 0;
        const nth = 1 + Math.floor(random() * most);
        const when = random() < 0.5 ? 'before' : 'after';
        let killing: Promise<void> | undefined;
        const struck = atCall(stage.stack, nth, when, () => {
          killing = killFunctions(stage.stack);
        });
        await operation.act(scene);
        await rest();
        await killing;
        struck.end();
        tried += 1;
        // How many calls there are differs with how many events one look answers, so a late one may not come.
        killed += killing === undefined ? 0 : 1;
        return `${operation.name}: killed ${when} call ${nth} of ${most} in round ${round}; PROOF_SEED=${seed}`;
      },
      ends,
    );
  }
  expect(killed, `PROOF_SEED=${seed}`).toBeGreaterThan(0.8 * tried);
  note({ what: 'faults: functions killed, and all well in the end', value: killed, unit: 'count' });
});

/** What is left after each operation. */
type Ends = ReadonlyMap<string, unknown>;

/** One scene from nothing to nothing. @param expected what each operation has to end in. */
async function live(
  scene: Scene,
  work: (operation: Operation, scene: Scene, rest: () => Promise<void>) => Promise<string>,
  expected?: Ends,
): Promise<Ends> {
  const ends = new Map<string, unknown>();
  for (const operation of operations) {
    const told = await work(operation, scene, stage.rest);
    await stage.rest();
    const end = await endOf(scene);
    ends.set(operation.name, end);
    if (expected !== undefined) expect(end, told).toEqual(expected.get(operation.name));
    expect(deadLetters(stage.stack), told).toEqual([]);
  }
  return ends;
}

async function endOf(scene: Scene) {
  const { stack } = stage;
  const token = storedToken(stack, scene.namespace);
  const [plane] = scene.planes();
  const inPlane = (collection: string) => (plane === undefined ? [] : stack.konnect.entities(plane.id, collection));
  const secrets = await stack.admin.list(secretResource, { namespace: scene.namespace });
  return {
    ...(await outcomeOf(stage, scene)),
    plane: { description: plane?.description, team: plane?.labels?.['team'] },
    services: inPlane('services').map(({ host }) => host),
    routes: inPlane('routes').map(({ paths }) => paths),
    consumers: inPlane('consumers').map(({ username }) => username),
    keys: inPlane('key-auths').map(({ key }) => key),
    token: token === otherTokenOf(scene) ? 'the other' : token === scene.token ? 'the first' : token,
    finalizers: (await scene.objects()).map(({ kind, metadata }) => [kind, metadata.finalizers]),
    secrets: secrets.length,
  };
}

function entity(kind: string, name: string, spec: Readonly<Record<string, unknown>>): Manifest {
  const { group, version } = resourceNamed(kind);
  return { apiVersion: `${group}/${version}`, kind, metadata: { name }, spec };
}

function otherTokenOf({ token }: Scene): string {
  return `${token}2`;
}
