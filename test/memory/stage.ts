import { type LocalKonnect, startKonnect } from '../../infra/local/konnect/server.ts';
import { type KubernetesObject, type ObjectKey, type Resource, secretResource } from '../../lib/engine/objects.ts';
import type { Log } from '../../lib/engine/ports.ts';
import { reconcile } from '../../lib/engine/reconcile.ts';
import type { Environment } from '../../lib/engine/run.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import type { Cause, ObjectEventData } from '../../lib/events/event.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { createKonnect } from '../../lib/konnect/client.ts';
import { wholeRegistry } from '../../lib/whole-registry.ts';
import { createMemoryCluster, type MemoryCluster } from './cluster.ts';
import { createMemoryTokens, type MemoryTokens } from './tokens.ts';

export const namespace = 'team';
export const goodToken = 'kpat_goodgoodgoodgoodgoodgoodgoodgood';
export const otherToken = 'kpat_otherotherotherotherotherotherother';
export const foreignToken = 'kpat_foreignforeignforeignforeignforeign';
export const organizationId = '7b5f1d0a-4d63-4a0e-9a39-0b1b1c3d7f10';
export const foreignOrganizationId = '11111111-4d63-4a0e-9a39-0b1b1c3d7f10';

export interface Asked {
  readonly cause?: Cause;
  readonly force?: true;
  /** What the event says of the object, where that is not what it is now. */
  readonly said?: Partial<Pick<ObjectEventData, 'version' | 'generation' | 'resourceVersion'>>;
}

/**
 * One cluster and one token store in memory, a Konnect that speaks HTTP, and the reconcile between them: no queue, no
 * forwarder, and time stands still unless a test moves it. Disposing of it fails the test if a secret got out.
 */
export interface Stage extends AsyncDisposable {
  readonly cluster: MemoryCluster;
  readonly tokens: MemoryTokens;
  readonly konnect: LocalKonnect;
  /** Events that were asked for. */
  readonly woken: ObjectEventData[];
  readonly logs: readonly string[];
  now: Date;
  reconcile(kind: Kind, name: string, options?: Asked): Promise<Verdict>;
  /** The object, which must exist. */
  object(kind: Kind, name: string): KubernetesObject;
  find(resource: Resource, name: string): KubernetesObject | undefined;
  /** What its reconciles are made of. */
  readonly environment: Environment;
}

/** @param options.schemas false: the cluster has CRDs that let everything through. */
export async function startStage(options: { readonly schemas?: boolean } = {}): Promise<Stage> {
  const time = { now: new Date('2026-03-01T12:00:00.400Z') };
  const konnect = await startKonnect({
    seed: 1,
    clock: () => time.now,
    organizations: [
      { id: organizationId, name: 'Test', tokens: [goodToken, otherToken] },
      { id: foreignOrganizationId, name: 'Foreign', tokens: [foreignToken] },
    ],
  });
  const clock = { now: () => time.now };
  const logs: string[] = [];
  const woken: ObjectEventData[] = [];
  const log = recordingLog(logs);
  const cluster = createMemoryCluster('blue', clock, options);
  const tokens = createMemoryTokens();
  const { url: endpointURL } = konnect;
  const caller = createKonnect({ allowedHosts: [], clock, log, userAgent: 'test', endpointURL, timeoutMs: 1_000 });
  const environment: Environment = {
    registry: { kinds, kind: kindNamed, controller: wholeRegistry.controller },
    konnect: caller,
    tokens,
    clock,
    log,
    allowedHosts: [],
    wake: async (events) => void woken.push(...events),
  };
  const keyIn = ({ namespaced }: Resource, name: string): ObjectKey => (namespaced ? { namespace, name } : { name });
  const stage: Stage = {
    cluster,
    tokens,
    konnect,
    woken,
    logs,
    environment,
    get now() {
      return time.now;
    },
    set now(moment) {
      time.now = moment;
    },
    reconcile: (kind, name, { cause = 'change', force, said = {} } = {}) => {
      const key = keyIn(kind.resource, name);
      const event = eventOf(kind, key, cluster.user.find(kind.resource, key));
      return reconcile(environment, cluster, { ...event, ...said, cause, ...(force === undefined ? {} : { force }) });
    },
    object(kind, name) {
      const object = cluster.user.find(kind.resource, keyIn(kind.resource, name));
      if (object === undefined) throw new Error(`there is no ${kind.resource.kind} ${name}`);
      return object;
    },
    find: (resource, name) => cluster.user.find(resource, keyIn(resource, name)),
    async [Symbol.asyncDispose]() {
      await caller.close();
      await konnect.stop();
      refuseLeaks(stage);
    },
  };
  return stage;
}

function kindNamed(group: string, name: string): Kind | undefined {
  return kinds.find(({ resource }) => resource.group === group && resource.kind === name);
}

function eventOf({ resource }: Kind, key: ObjectKey, object: KubernetesObject | undefined): ObjectEventData {
  const { uid = 'gone', resourceVersion = '1', generation = 0 } = object?.metadata ?? {};
  const { group, version, kind } = resource;
  return { cluster: 'blue', group, version, kind, ...key, uid, resourceVersion, generation, cause: 'change' };
}

function recordingLog(lines: string[]): Log {
  const record =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields, shown)}`);
  return { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') };
}

// An error's own fields and causes, as a logger that prints everything would.
function shown(_: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { ...value, name: value.name, message: value.message, stack: value.stack, cause: value.cause };
}

/** Secrets belong into Secrets and into the token store. They must be in no log, event or other object. */
function refuseLeaks({ cluster, logs, woken }: Stage): void {
  const others = cluster.user.objects.filter(({ kind }) => kind !== secretResource.kind);
  // A token that the user wrote into an object is there anyway; what counts is its status and metadata.
  const written = others.map(({ spec: _, ...rest }) => rest);
  const texts = [...logs, JSON.stringify(woken), JSON.stringify(written)];
  const leak = texts.find((text) => /[ks]pat_(?=\w{6})|PRIVATE KEY-----[\\n]*M/.test(text));
  if (leak !== undefined) throw new Error(`a secret got out: ${leak.slice(0, 400)}`);
}
