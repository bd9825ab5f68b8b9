import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { parseAllDocuments } from 'yaml';
import { folderOf } from '../infra/generate/kinds.ts';
import { type Admin, createAdmin, createAdmin as createFunctionAccess } from '../infra/local/admin.ts';
import { type LocalKonnect, startKonnect } from '../infra/local/konnect/server.ts';
import { type LocalSecretsManager, startSecretsManager } from '../infra/local/secrets-manager/server.ts';
import { isRecord, type KubernetesObject, keyOf, type ObjectKey } from '../lib/engine/objects.ts';
import type { Cluster, Log } from '../lib/engine/ports.ts';
import { reconcile } from '../lib/engine/reconcile.ts';
import type { Environment } from '../lib/engine/run.ts';
import type { Verdict } from '../lib/engine/verdict.ts';
import type { Cause, ObjectEventData } from '../lib/events/event.ts';
import type { Kind } from '../lib/kinds/define.ts';
import { kinds } from '../lib/kinds/registry.gen.ts';
import { createKonnect } from '../lib/konnect/client.ts';
import { createTokens, secretsManagerClient } from '../lib/tokens/store.ts';
import { wholeRegistry } from '../lib/whole-registry.ts';

/** The token in the kinds' examples. */
export const exampleToken = `kpat_${'x'.repeat(32)}`;
/** The keys that its Secrets Manager accepts. */
export const awsKeys = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
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
  objects(): Promise<readonly { readonly kind: Kind; readonly object: KubernetesObject }[]>;
  reconcile(
    kindName: string,
    name: string,
    options?: { readonly cause?: Cause; readonly force?: true },
  ): Promise<Verdict>;
  /** @returns the verdicts that are not done, at rest; a retry that never ends is given up after some rounds. */
  settle(options?: { readonly cause?: Cause }): Promise<readonly Settled[]>;
}

export interface Settled {
  readonly kind: string;
  readonly name: string;
  readonly verdict: Verdict;
}

/** Names of networks that were there before begin with it. */
export const givenPrefix = 'given-';

const maxRounds = 24;

export async function startWorld(
  kubeconfig: string,
  options: { readonly latencyMs?: number; readonly timeoutMs?: number } = {},
): Promise<World> {
  const running = new AsyncDisposableStack();
  // Most worlds have few kinds, so that only what was ever made here is looked for.
  const made = new Set<string>();
  const admin = notingApplied(createAdmin(kubeconfig), made);
  running.defer(() => admin.close());
  const organizations = [{ id: organizationId, name: 'Test', tokens: [exampleToken] }];
  const { latencyMs = 0, timeoutMs = 2_000 } = options;
  const time = { now: new Date() };
  const cloud = { provisionMs: 120_000 };
  const konnect = running.use(await startKonnect({ organizations, cloud, clock: () => time.now, latencyMs }));
  const placeholders = await givenInKonnect(konnect, organizationId, exampleToken);
  konnect.resetRequests();
  const secrets = running.use(await startSecretsManager({ credentials: awsKeys }));
  const client = secretsManagerClient({ endpoint: secrets.url, region: 'us-east-1', credentials: awsKeys });
  running.defer(() => client.destroy());
  const functionAccess = createFunctionAccess(kubeconfig);
  running.defer(() => functionAccess.close());
  const namespace = `w-${randomBytes(5).toString('hex')}`;
  await admin.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
  const logs: string[] = [];
  const log = recordingLog(logs);
  const woken: ObjectEventData[] = [];
  const clock = { now: () => time.now };
  let calls = 0;
  const caller = createKonnect({
    allowedHosts: [],
    clock,
    log,
    userAgent: 'test',
    endpointURL: konnect.url,
    timeoutMs,
    onCall: () => {
      calls += 1;
    },
  });
  running.defer(() => caller.close());
  const environment: Environment = {
    registry: wholeRegistry,
    konnect: caller,
    tokens: createTokens({ client, prefix: 'test', clock }),
    clock,
    log,
    allowedHosts: [],
    wake: async (events) => void woken.push(...events),
  };
  const cluster: Cluster = { ...notingMade(functionAccess, made), name: 'test' };
  const list = async (): Promise<readonly { readonly kind: Kind; readonly object: KubernetesObject }[]> =>
    (
      await Promise.all(
        kinds.filter(isMade).map(async (kind) => (await listed(kind)).map((object) => ({ kind, object }))),
      )
    ).flat();
  const isMade = ({ resource }: Kind): boolean => made.has(resource.kind);
  const listed = async ({ resource }: Kind): Promise<readonly KubernetesObject[]> =>
    resource.namespaced
      ? admin.list(resource, { namespace })
      : (await admin.list(resource)).filter(({ metadata }) => metadata.name.endsWith(`-${namespace}`));
  const look = (kind: Kind, object: KubernetesObject, asked: Asked): Promise<Verdict> =>
    reconcile(environment, cluster, eventOf(kind, object, asked));
  const world: World = {
    admin,
    konnect,
    secrets,
    namespace,
    logs,
    environment,
    cluster,
    noting: (access) => notingMade(access, made),
    konnectCalls: () => calls,
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
    settle: ({ cause = 'change' } = {}) =>
      settle({ list, look, woken, cause, pass: (seconds) => pass(world, seconds) }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  return world;
}

/** The same access; what is made through it adds its kind. */
function notingMade<Access extends Pick<Cluster, 'create'>>(access: Access, made: Set<string>): Access {
  const create: Cluster['create'] = (resource, object) => {
    made.add(resource.kind);
    return access.create(resource, object);
  };
  return { ...access, create };
}

function notingApplied(admin: Admin, made: Set<string>): Admin {
  return {
    ...notingMade(admin, made),
    async apply(yaml) {
      const applied = await admin.apply(yaml);
      for (const { kind } of applied) made.add(kind ?? '');
      return applied;
    },
  };
}

/** The documents of a kind's example. */
export function exampleOf({ resource }: Kind): Promise<string> {
  return readFile(join(import.meta.dirname, '..', 'lib', 'kinds', folderOf(resource.kind), 'example.yaml'), 'utf8');
}

/** All examples together, each object once: what any one of them refers to is there. */
export async function allExamples(): Promise<string> {
  const documents = (await Promise.all(kinds.map(exampleOf))).flatMap((text) =>
    parseAllDocuments(text).map((document) => JSON.stringify(document.toJS())),
  );
  return [...new Set(documents)].join('\n---\n');
}

interface Asked {
  readonly cause: Cause;
  readonly force?: true;
}

interface Settling {
  list(): Promise<readonly { readonly kind: Kind; readonly object: KubernetesObject }[]>;
  look(kind: Kind, object: KubernetesObject, asked: Asked): Promise<Verdict>;
  readonly woken: ObjectEventData[];
  readonly cause: Cause;
  pass(seconds: number): void;
}

async function settle({ list, look, woken, cause, pass }: Settling): Promise<readonly Settled[]> {
  // An event that comes back from the queue is still the same event.
  const retried = new Map<string, Asked>();
  let before = await list();
  for (let round = 1, usual: Cause = cause; ; round += 1, usual = 'dependency') {
    const settled: Settled[] = [];
    for (const { kind, object } of before) {
      const { uid } = object.metadata;
      const forced = woken.some((event) => event.uid === uid && event.force === true);
      const asked = forced ? { cause: usual, force: true as const } : (retried.get(uid) ?? { cause: usual });
      const verdict = await look(kind, object, asked);
      if (verdict.is === 'retry') retried.set(uid, asked);
      else retried.delete(uid);
      if (verdict.is !== 'done') settled.push({ kind: kind.resource.kind, name: object.metadata.name, verdict });
    }
    const again = woken.splice(0).length > 0 || settled.some(({ verdict }) => verdict.is === 'retry');
    if (again) pass(60);
    const after = await list();
    const same = versions(before) === versions(after);
    if ((same && !again) || round === maxRounds) return settled;
    before = after;
  }
}

// What waits for Retry-After or a grace goes on when that much time has passed.
function pass(world: World, seconds: number): void {
  world.now = new Date(world.now.getTime() + seconds * 1000);
}

function versions(objects: readonly { readonly object: KubernetesObject }[]): string {
  return objects.map(({ object }) => `${object.metadata.uid}/${object.metadata.resourceVersion}`).join();
}

function kindNamed(name: string): Kind {
  const kind = kinds.find(({ resource }) => resource.kind === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}

function eventOf({ resource }: Kind, object: KubernetesObject, asked: Asked): ObjectEventData {
  const { uid, resourceVersion, generation = 0 } = object.metadata;
  const { group, version, kind } = resource;
  return { cluster: 'test', group, version, kind, ...keyOf(object), uid, generation, resourceVersion, ...asked };
}

/** What an event still names after its object has gone. */
function gone({ resource }: Kind, key: ObjectKey): KubernetesObject {
  return {
    apiVersion: `${resource.group}/${resource.version}`,
    kind: resource.kind,
    metadata: { ...key, uid: 'gone', resourceVersion: '1' },
  };
}

/** What the examples need in Konnect that no object makes, by the ids that stand for it there. */
export async function givenInKonnect(
  konnect: LocalKonnect,
  organization: string,
  token: string,
): Promise<ReadonlyMap<string, string>> {
  const account = konnect.providerAccounts(organization).find(({ provider }) => provider === 'aws')?.id ?? '';
  const placeholder = (last: number): string => `00000000-0000-4000-8000-00000000000${last}`;
  const network = async (region: string, zone: string, cidr_block: string): Promise<string> => {
    const { statusCode, body } = await request(`${konnect.url}/v2/cloud-gateways/networks`, {
      method: 'POST',
      headers: {
        host: 'global.api.konghq.com',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        name: `${givenPrefix}${region}`,
        cloud_gateway_provider_account_id: account,
        region,
        availability_zones: [zone],
        cidr_block,
      }),
    });
    const made: unknown = await body.json();
    if (!isRecord(made) || typeof made['id'] !== 'string') throw new Error(`no network was made: ${statusCode}`);
    return made['id'];
  };
  return new Map([
    [placeholder(1), account],
    [placeholder(2), await network('eu-central-1', 'euc1-az1', '10.8.0.0/16')],
    [placeholder(3), await network('eu-west-1', 'euw1-az1', '10.9.0.0/16')],
  ]);
}

export function filledIn(yaml: string, placeholders: ReadonlyMap<string, string>): string {
  return [...placeholders].reduce((text, [placeholder, id]) => text.replaceAll(placeholder, id), yaml);
}

function keyIn({ resource }: Kind, namespace: string, name: string): ObjectKey {
  return resource.namespaced ? { namespace, name } : { name };
}

/** The same objects in another namespace than `default`; what lives in none gets it as the end of its name. */
export function inNamespace(yaml: string, namespace: string): string {
  return parseAllDocuments(yaml)
    .map((document): unknown => document.toJS())
    .filter(isRecord)
    .map((value) => JSON.stringify(moved(value, namespace), (_, part: unknown) => withNamespace(part, namespace)))
    .join('\n---\n');
}

function moved(value: Readonly<Record<string, unknown>>, namespace: string): Readonly<Record<string, unknown>> {
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const isClusterWide = kinds.some(({ resource }) => resource.kind === value['kind'] && !resource.namespaced);
  const place = isClusterWide ? { name: `${String(metadata['name'])}-${namespace}` } : { namespace };
  return { ...value, metadata: { ...metadata, ...place } };
}

// References that name the namespace.
function withNamespace(part: unknown, namespace: string): unknown {
  return isRecord(part) && part['namespace'] === 'default' ? { ...part, namespace } : part;
}

function recordingLog(lines: string[]): Log {
  const record =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      const shown = Object.entries(fields).map(([name, value]) => [
        name,
        value instanceof Error ? `${value.name}: ${value.message} ${value.stack ?? ''}` : value,
      ]);
      lines.push(JSON.stringify({ level, message, ...Object.fromEntries(shown) }));
    };
  return { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') };
}
