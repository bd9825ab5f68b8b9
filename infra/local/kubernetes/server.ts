import { admin, createTokens, makeAdmin, type UserToken } from './access/users.ts';
import type { ApiRequest, FaultRule } from './api-request.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import type { Cluster } from './cluster.ts';
import { bootstrap } from './controllers/bootstrap.ts';
import { runDefinitions } from './controllers/definitions.ts';
import { runGarbage } from './controllers/garbage.ts';
import { runNamespaces } from './controllers/namespaces.ts';
import { createHandler, type Handler } from './handler.ts';
import { type Listener, listen } from './http/listener.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { createRegistry } from './resources/registry.ts';
import { createStore, type StoreState } from './store/store.ts';

export type { ApiRequest, Fault, FaultRule } from './api-request.ts';

/** Everything that a restarted server needs to go on as if nothing had happened; JSON, holds private keys and tokens. */
export interface KubernetesState {
  readonly port: number;
  readonly certificates: Certificates;
  readonly users: readonly UserToken[];
  readonly store: StoreState;
}

export interface KubernetesOptions {
  /** Default 0: a free port; a saved state's port otherwise. */
  readonly port?: number;
  readonly clock?: () => Date;
  /** How many writes are kept for watches and consistent lists; an older resourceVersion is answered 410 Gone. */
  readonly maxWatchEvents?: number;
  /** Users besides the administrator, who is always made. */
  readonly users?: readonly { readonly name: string; readonly groups?: readonly string[]; readonly token: string }[];
  /** Added before each answer, in milliseconds. */
  readonly latencyMs?: number;
  /** Speak HTTP: for suites that make thousands of calls, an eighth of whose time TLS would take. Not kept in `state()`. */
  readonly plain?: boolean;
  /** What `state()` of an earlier server gave: same port, certificates, tokens, objects and resourceVersions. */
  readonly state?: KubernetesState;
}

export interface LocalKubernetes extends AsyncDisposable {
  /** https://127.0.0.1:port, or http where that is asked for. */
  readonly url: string;
  /** YAML with CA and token inside, of the administrator or of another user; throws for a user that does not exist. */
  kubeconfig(user?: string): string;
  /** Every request in the order of arrival. */
  readonly requests: readonly ApiRequest[];
  resetRequests(): void;
  /** Lets requests fail; undefined ends that. */
  setFault(fault: FaultRule | undefined): void;
  /** Cuts all watch connections. */
  dropWatches(): void;
  /** Forgets all history, so that every old resourceVersion gives 410. */
  expireWatches(): void;
  state(): KubernetesState;
  /** Closes all connections and frees the port. */
  stop(): Promise<void>;
}

function usersOf({ users, state }: KubernetesOptions): readonly UserToken[] {
  const given = (users ?? []).map(({ name, groups = [], token }) => ({ name, groups, token }));
  const saved = (state?.users ?? [makeAdmin()]).filter((user) => !given.some(({ name }) => name === user.name));
  return [...saved, ...given];
}

/** Starts the controllers of the cluster; the returned function stops them. */
function runControllers(cluster: Cluster): () => void {
  const immediates = new Set<NodeJS.Immediate>();
  const defer = (work: () => void): void => {
    const immediate = setImmediate(() => {
      immediates.delete(immediate);
      work();
    });
    immediates.add(immediate);
  };
  const stops = [runDefinitions(cluster, defer), runGarbage(cluster, defer), runNamespaces(cluster, defer)];
  return () => {
    for (const stop of stops) stop();
    for (const immediate of immediates) clearImmediate(immediate);
  };
}

/** Starts a Kubernetes API server in this process, on loopback. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<LocalKubernetes> {
  const clock = options.clock ?? (() => new Date());
  const certificates = options.state?.certificates ?? (await makeCertificates(new Date()));
  const users = usersOf(options);
  const store = createStore(options.maxWatchEvents ?? 10_000, options.state?.store);
  const cluster: Cluster = { store, registry: createRegistry(), tokens: createTokens(users, clock), clock };
  const stopControllers = runControllers(cluster);
  if (options.state === undefined) bootstrap(cluster);
  store.compact();
  const handler = createHandler(cluster, options.latencyMs ?? 0);
  const port = options.port ?? options.state?.port ?? 0;
  const listener = await listen(port, options.plain ? undefined : certificates, handler.handle);
  return assemble({
    scheme: options.plain ? 'http' : 'https',
    cluster,
    certificates,
    users,
    handler,
    listener,
    stopControllers,
  });
}

interface Parts {
  readonly scheme: string;
  readonly cluster: Cluster;
  readonly certificates: Certificates;
  readonly users: readonly UserToken[];
  readonly handler: Handler;
  readonly listener: Listener;
  readonly stopControllers: () => void;
}

function assemble({
  scheme,
  cluster,
  certificates,
  users,
  handler,
  listener,
  stopControllers,
}: Parts): LocalKubernetes {
  const url = `${scheme}://127.0.0.1:${listener.port}`;

  async function stop(): Promise<void> {
    stopControllers();
    handler.dropWatches();
    await listener.close();
  }

  return {
    url,
    kubeconfig(name = admin) {
      const user = users.find((one) => one.name === name);
      if (user === undefined) throw new Error(`No user ${JSON.stringify(name)}: give it to startKubernetes in users`);
      return kubeconfigFor(url, certificates.ca, user);
    },
    requests: handler.requests,
    resetRequests: handler.resetRequests,
    setFault: handler.setFault,
    dropWatches: handler.dropWatches,
    expireWatches: cluster.store.compact,
    state: () => ({ port: listener.port, certificates, users, store: cluster.store.state() }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
