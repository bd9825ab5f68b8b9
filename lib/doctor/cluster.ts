import { createCluster } from '../cluster/client.ts';
import { createTransport, type Transport } from '../cluster/transport.ts';
import { ClusterError } from '../engine/errors.ts';
import { isRecord, type KubernetesObject } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import type { Kind } from '../kinds/define.ts';
import type { Known } from '../kinds/known.ts';
import { type Component, rightsOf } from '../rights.ts';
import { readObjects } from '../status/objects.ts';
import { checkAccounts } from './accounts.ts';
import { checkDefinitions } from './definitions.ts';
import type { Finding } from './finding.ts';
import type { Explain } from './queues.ts';
import { checkOwnRights, checkRights, type Review } from './rights.ts';
import { readBound } from './subjects.ts';
import { checkServer } from './version.ts';

export interface ClusterExamination {
  readonly access: Pick<Parameters<typeof createCluster>[0], 'credentials'> & { readonly context: string };
  readonly kinds: readonly Kind[];
  /** The kubeconfig is this component's: its own rights are asked for, in place of those of all that are bound. */
  readonly as?: Component;
  /** Names of the tokens that are kept; undefined where nobody could look. */
  readonly tokens: readonly string[] | undefined;
  readonly explain: Explain;
}

/** Looks at a cluster. What can not be looked at is a finding, and keeps the others from nothing. */
export async function examineCluster(options: ClusterExamination): Promise<readonly Finding[]> {
  const { access, kinds, as, tokens, explain } = options;
  const connection = { credentials: access.credentials, timeoutMs: 15_000, userAgent: 'konnect-reconciler-cli' };
  const cluster = createCluster({ ...connection, name: access.context });
  const transport = createTransport({ ...connection, cluster: access.context });
  const attempt = (check: string, look: () => Promise<readonly Finding[]>) => attempted(check, look, explain);
  try {
    const server = await checkServer(transport, () => new Date()).catch((error: unknown) => [
      unreachable(error, explain),
    ]);
    // Whoever does not answer is asked nothing else.
    if (server.length === 1) return server;
    return [
      ...server,
      ...(await attempt('definitions', () => checkDefinitions(cluster, kinds))),
      ...(await attempt('rights', () => rightsIn(cluster, transport, kinds, as))),
      ...(await attempt('konnect', async () => checkAccounts(await accountsIn(cluster, kinds), tokens))),
    ];
  } finally {
    await Promise.all([cluster.close(), transport.close()]);
  }
}

async function rightsIn(
  cluster: Cluster,
  transport: Transport,
  kinds: readonly Kind[],
  as: Component | undefined,
): Promise<readonly Finding[]> {
  const review = reviewsOf(transport);
  const all = rightsOf(kinds);
  const own = all.find(({ component }) => component === as);
  if (own !== undefined) return [await checkOwnRights(review, own)];
  return checkRights(review, await readBound(cluster), all);
}

async function accountsIn(cluster: Cluster, kinds: readonly Kind[]): Promise<readonly Known[]> {
  return (await readObjects(cluster, { kinds: kinds.filter(({ lane }) => lane === 'auth') })).objects;
}

/** A review is created and kept nowhere, so that it has no name. */
function reviewsOf(transport: Transport): Review {
  return async (kind, spec) => {
    const apiVersion = 'authorization.k8s.io/v1';
    const path = `/apis/${apiVersion}/${kind.toLowerCase()}s`;
    const what = `ask for rights in cluster "${transport.cluster}"`;
    const { status, body } = await transport.send({ what, method: 'POST', path, body: { apiVersion, kind, spec } });
    if (status > 299) throw new ClusterError(`${what}: HTTP ${status}`, { status });
    const answer: unknown = JSON.parse(body);
    if (!isRecord(answer)) throw new ClusterError(`${what}: no review came back`, {});
    return answer as unknown as KubernetesObject;
  };
}

async function attempted(
  check: string,
  look: () => Promise<readonly Finding[]>,
  explain: Explain,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const isForbidden = error instanceof ClusterError && error.status === 403;
    const fix = isForbidden ? 'use the kubeconfig of an administrator, or say --as whom it belongs to' : undefined;
    const state = isForbidden ? 'unsure' : 'wrong';
    return [{ check, state, message: explain(error), ...(fix === undefined ? {} : { fix }) }];
  }
}

function unreachable(error: unknown, explain: Explain): Finding {
  const fix = 'is the kubeconfig right, and does kubectl reach the cluster? Try `kubectl version`';
  return { check: 'cluster', state: 'wrong', message: explain(error), fix };
}
