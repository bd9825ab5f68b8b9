import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import type { KubernetesObject } from '../../../lib/engine/objects.ts';
import type { Kind } from '../../../lib/kinds/define.ts';
import { kinds } from '../../../lib/kinds/registry.gen.ts';
import { secretsManagerClient } from '../../../lib/tokens/store.ts';
import { examples, homeOf, parted } from '../../contract/scene.ts';
import { awsKeys, startWorld, type World } from '../../world.ts';
import { accessSecret } from './container.ts';
import { type Courier, createCourier, type Delivery } from './courier.ts';
import { stateOf } from './state.ts';
import { livesOf, type Step } from './steps.ts';
import { createWire, type Strike, type Wire } from './wire.ts';

/** A world in which what a kind refers to is there all the time; the kind's own objects live their lives in it. */
export interface Ground extends AsyncDisposable {
  readonly lives: readonly (readonly Step[])[];
  /** Does a step and lets the functions do what it asks for, with one fault or none. */
  take(step: Step, strike?: Strike): Promise<Outcome>;
  /** The objects are gone, and a new life begins. */
  beginLife(): Promise<void>;
}

/** What came of one step. */
export interface Outcome extends Delivery {
  /** What the functions called. */
  readonly calls: readonly string[];
  readonly struck: boolean;
  readonly state: unknown;
}

/** @param user whom the functions of this world alone are at the API server. */
export async function openGround(kubernetes: LocalKubernetes, kind: Kind, user: string): Promise<Ground> {
  const world = await startWorld(kubernetes.kubeconfig());
  const { own, others } = parted(kind, await homeOf(kind));
  await world.apply(others);
  await world.settle();
  await register(world, kubernetes.kubeconfig(user));
  const wire = createWire(world, kubernetes, user);
  const courier = createCourier(world, kubernetes, wire);
  await courier.deliver();
  const lives = await livesOf({ world, courier, kind, own, referrer: referrerOf(kind) });
  return {
    lives,
    take: (step, strike) => take({ world, kubernetes, wire, courier }, step, strike),
    async beginLife() {
      // What Konnect takes its time to remove has gone by then.
      world.now = new Date(world.now.getTime() + 3_600_000);
      await purge(world);
    },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
    },
  };
}

/** The first object of all examples that refers to nothing but objects of the kind. */
function referrerOf({ resource }: Kind): KubernetesObject | undefined {
  const only = new Set(
    kinds
      .filter(
        ({ refs, entity }) =>
          entity !== undefined && refs.every(({ kind, deferred }) => deferred || kind === resource.kind),
      )
      .map((one) => one.resource.kind),
  );
  const all = examples.split('\n---\n').map((text) => JSON.parse(text) as KubernetesObject);
  return all.find(({ kind }) => kind !== resource.kind && only.has(kind));
}

interface Parts {
  readonly world: World;
  readonly kubernetes: LocalKubernetes;
  readonly wire: Wire;
  readonly courier: Courier;
}

async function take({ world, kubernetes, wire, courier }: Parts, step: Step, strike?: Strike): Promise<Outcome> {
  wire.begin(strike);
  await step.act();
  const untold: Delivery = { deadLetters: [], refusals: [] };
  const delivery = step.told === false ? untold : await courier.deliver();
  const { calls, struck } = wire;
  const refusals = step.refused ? [] : delivery.refusals;
  return {
    ...delivery,
    refusals,
    calls: [...calls],
    struck,
    state: step.told === false ? undefined : await stateOf(world, kubernetes),
  };
}

/** Functions read in Secrets Manager how to reach the cluster. */
async function register(world: World, kubeconfig: string): Promise<void> {
  const client = administrator(world);
  await client.send(new CreateSecretCommand({ Name: accessSecret, SecretString: kubeconfig }));
  client.destroy();
}

/** Removes what was deleted, as if the time in which it can be restored were over. */
async function purge(world: World): Promise<void> {
  const deleted = world.secrets.secrets().filter(({ deletion }) => deletion !== undefined);
  if (deleted.length === 0) return;
  const client = administrator(world);
  for (const { name } of deleted)
    await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
  client.destroy();
}

function administrator({ secrets }: World) {
  return secretsManagerClient({ endpoint: secrets.url, region: 'us-east-1', credentials: awsKeys });
}
