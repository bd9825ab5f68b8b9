import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import type { KubernetesObject } from '../../../lib/engine/objects.ts';
import type { Kind } from '../../../lib/kinds/define.ts';
import { kinds } from '../../../lib/kinds/registry.gen.ts';
import { examples, homeOf, parted } from '../../contract/scene.ts';
import { startWorld, type World } from '../../world.ts';
import { administrator, removeSecrets } from './administrator.ts';
import { accessSecret } from './container.ts';
import { type Courier, createCourier, type Delivery } from './courier.ts';
import { openMail } from './mail.ts';
import { stateOf } from './state.ts';
import { livesOf } from './steps/lives.ts';
import type { Step } from './steps/step.ts';
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
  /** A wake-up was lost for good, and a drift check was made to find what had waited for it. */
  readonly netted: boolean;
  readonly state: unknown;
}

/** @param user whom the functions of this world alone are at the API server. */
export async function openGround(kubernetes: LocalKubernetes, kind: Kind, user: string): Promise<Ground> {
  const world = await startWorld(kubernetes.kubeconfig());
  const { own, others } = parted(kind, await homeOf(kind));
  await world.apply(others);
  await world.settle();
  await register(world, kubernetes.kubeconfig(user));
  const mail = await openMail(world);
  const wire = createWire(world, kubernetes, mail.queues, user);
  const courier = createCourier(world, kubernetes, wire, mail);
  await courier.deliver();
  const lives = livesOf({ world, courier, kind, own, referrer: referrerOf(kind) });
  return {
    lives,
    take: (step, strike) => take({ world, kubernetes, wire, courier }, step, strike),
    async beginLife() {
      // What Konnect takes its time to remove has gone by then.
      mail.pass(3600);
      await removeSecrets(world, ({ deletion }) => deletion !== undefined);
    },
    async [Symbol.asyncDispose]() {
      await mail[Symbol.asyncDispose]();
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
  wire.begin(strike, step.trouble);
  await step.act();
  const untold: Delivery = { deadLetters: [], refusals: [] };
  const delivery = step.told === false ? untold : await courier.deliver();
  const calls = [...wire.calls];
  const { struck } = wire;
  const netted = step.netted === true && struck && isLostWakeUp(strike);
  const later = netted ? await underNet(courier) : untold;
  return {
    deadLetters: [...delivery.deadLetters, ...later.deadLetters],
    refusals: step.refused ? [] : [...delivery.refusals, ...later.refusals],
    calls,
    struck,
    netted,
    state: step.told === false ? undefined : await stateOf(world, kubernetes),
  };
}

/** A function goes on without a wake-up that SQS did not take, and nothing tells of it but the log. */
function isLostWakeUp(strike: Strike | undefined): boolean {
  const isSent = strike?.fault === 'reset-after' || strike?.fault === 'kill-after';
  return strike?.call.startsWith('sqs.SendMessageBatch.') === true && strike.fault !== 'kill' && !isSent;
}

async function underNet(courier: Courier): Promise<Delivery> {
  await courier.checkDrift();
  return courier.deliver();
}

/** Functions read in Secrets Manager how to reach the cluster. */
async function register(world: World, kubeconfig: string): Promise<void> {
  const client = administrator(world);
  await client.send(new CreateSecretCommand({ Name: accessSecret, SecretString: kubeconfig }));
  client.destroy();
}
