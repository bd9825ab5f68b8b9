import { randomBytes } from 'node:crypto';
import { type Admin, createAdmin } from '../infra/local/admin.ts';
import { type LocalKonnect, startKonnect } from '../infra/local/konnect/server.ts';
import { type LocalSecretsManager, startSecretsManager } from '../infra/local/secrets-manager/server.ts';
import type { KubernetesObject } from '../lib/engine/objects.ts';
import type { Cluster } from '../lib/engine/ports.ts';
import { reconcile } from '../lib/engine/reconcile.ts';
import type { Environment } from '../lib/engine/run.ts';
import type { Verdict } from '../lib/engine/verdict.ts';
import type { Cause } from '../lib/events/event.ts';
import type { Kind } from '../lib/kinds/define.ts';
import { kinds } from '../lib/kinds/registry.gen.ts';
import { filledIn, inNamespace, keyIn } from './world/examples.ts';
import { awsKeys, createFunctions, type Functions } from './world/functions.ts';
import { givenInKonnect } from './world/given.ts';
import { type KnownObject, madeObjects, notingApplied, notingMade } from './world/made.ts';
import { type Asked, eventOf, gone, type Settled, settle } from './world/settle.ts';

/** The token in the kinds' examples. */
export const exampleToken = `kpat_${'x'.repeat(32)}`;
export const organizationId = '7b5f1d0a-4d63-4a0e-9a39-0b1b1c3d7f10';

/**
 * One namespace of an API server with a Konnect and a token store of its own, and the reconcile between them through the
 * real clients; no queues and no functions. `settle` plays the forwarder in the most thorough way: it looks at everything
 * until nothing changes any more.
 */
export interface World extends AsyncDisposable {
  readonly admin: Admin;
  readonly konnect: LocalKonnect;
  readonly secrets: LocalSecretsManager;
  readonly namespace: string;
  readonly logs: readonly string[];
  /** What its reconciles are made of. */
  readonly environment: Environment;
  readonly cluster: Cluster;
  /** The same access; the world looks at what is made through it. */
  noting<Access extends Pick<Cluster, 'create'>>(access: Access): Access;
  /** HTTP calls to Konnect by its reconciles and drift checks until now. */
  konnectCalls(): number;
  now: Date;
  /**
   * Applies YAML with the namespace `default` replaced by this world's. What lives in no namespace gets that as the end of
   * its name, since all worlds of an API server share it.
   */
  apply(yaml: string): Promise<readonly KubernetesObject[]>;
  get(kindName: string, name: string): Promise<KubernetesObject | undefined>;
  objects(): Promise<readonly KnownObject[]>;
  reconcile(
    kindName: string,
    name: string,
    options?: { readonly cause?: Cause; readonly force?: true },
  ): Promise<Verdict>;
  /** @returns the verdicts that are not done, at rest; a retry that never ends is given up after some rounds. */
  settle(options?: { readonly cause?: Cause; readonly lastThingsFirst?: true }): Promise<readonly Settled[]>;
}

export async function startWorld(
  kubeconfig: string,
  { latencyMs = 0, timeoutMs = 2_000 }: { readonly latencyMs?: number; readonly timeoutMs?: number } = {},
): Promise<World> {
  const running = new AsyncDisposableStack();
  const made = new Set<string>();
  const admin = notingApplied(createAdmin(kubeconfig), made);
  running.defer(() => admin.close());
  const time = { now: new Date() };
  const clock = { now: () => time.now };
  const organizations = [{ id: organizationId, name: 'Test', tokens: [exampleToken] }];
  const cloud = { provisionMs: 120_000 };
  const konnect = running.use(await startKonnect({ organizations, cloud, clock: clock.now, latencyMs }));
  const placeholders = await givenInKonnect(konnect, organizationId, exampleToken);
  konnect.resetRequests();
  const secrets = running.use(await startSecretsManager({ credentials: awsKeys }));
  const functions = createFunctions({ konnect, secrets, clock, timeoutMs }, running);
  const functionAccess = createAdmin(kubeconfig);
  running.defer(() => functionAccess.close());
  const cluster: Cluster = { ...notingMade(functionAccess, made), name: 'test' };
  const namespace = `w-${randomBytes(5).toString('hex')}`;
  await admin.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
  return assemble({ admin, konnect, secrets, cluster, namespace, made, time, placeholders, functions }, running);
}

interface Parts extends Pick<World, 'admin' | 'konnect' | 'secrets' | 'cluster' | 'namespace'> {
  readonly functions: Functions;
  /** Names of the kinds of which there are, or were, objects. */
  readonly made: Set<string>;
  readonly time: { now: Date };
  /** What stands in examples for ids in Konnect. */
  readonly placeholders: ReadonlyMap<string, string>;
}

function assemble({ made, time, placeholders, functions, ...parts }: Parts, running: AsyncDisposableStack): World {
  const { admin, cluster, namespace } = parts;
  const { environment, logs, woken, konnectCalls } = functions;
  const list = () => madeObjects(admin, made, namespace);
  const look = (kind: Kind, object: KubernetesObject, asked: Asked): Promise<Verdict> =>
    reconcile(environment, cluster, eventOf(kind, object, asked));
  // What waits for Retry-After or a grace goes on when that much time has passed.
  const pass = (seconds: number): void => {
    time.now = new Date(time.now.getTime() + seconds * 1000);
  };
  return {
    ...parts,
    logs,
    environment,
    konnectCalls,
    noting: (access) => notingMade(access, made),
    get now() {
      return time.now;
    },
    set now(moment) {
      time.now = moment;
    },
    apply: (yaml) => admin.apply(inNamespace(filledIn(yaml, placeholders), namespace)),
    get: (kindName, name) => admin.get(kindNamed(kindName).resource, keyIn(kindNamed(kindName), namespace, name)),
    objects: list,
    async reconcile(kindName, name, { cause = 'change', force } = {}) {
      const kind = kindNamed(kindName);
      const key = keyIn(kind, namespace, name);
      const object = (await admin.get(kind.resource, key)) ?? gone(kind, key);
      return look(kind, object, { cause, ...(force === undefined ? {} : { force }) });
    },
    settle: ({ cause = 'change', lastThingsFirst } = {}) =>
      settle({ list: async () => arranged(await list(), lastThingsFirst), look, woken, cause, pass }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function arranged<Item>(items: readonly Item[], lastThingsFirst: true | undefined): readonly Item[] {
  return lastThingsFirst ? items.toReversed() : items;
}

function kindNamed(name: string): Kind {
  const kind = kinds.find(({ resource }) => resource.kind === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}
