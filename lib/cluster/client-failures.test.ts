import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalKubernetes, startKubernetes } from '../../infra/local/kubernetes/server.ts';
import { depot, warehouseCrds } from '../forward/fixture.ts';
import { clusterOf, crds, failure, key } from './fixture.ts';

const depots = depot.resource;

let kubernetes: LocalKubernetes;
let cluster: ReturnType<typeof clusterOf>;

beforeAll(async () => {
  kubernetes = await startKubernetes();
  cluster = clusterOf(() => kubernetes.kubeconfig());
  for (const crd of warehouseCrds) await cluster.create(crds, crd);
});
afterAll(async () => {
  await cluster.close();
  await kubernetes.stop();
});
beforeEach(() => {
  kubernetes.setFault(undefined);
  kubernetes.resetRequests();
});

describe('a call that fails', () => {
  it('tells what the API server asks for', async () => {
    kubernetes.setFault(() => ({ status: 429, reason: 'TooManyRequests', retryAfter: 7 }));

    expect(await failure(cluster.get(depots, key('x')))).toMatchObject({
      status: 429,
      reason: 'TooManyRequests',
      retryAfterSeconds: 7,
    });
  });

  it('is tried once more where it only reads and the connection was cut', async () => {
    let cuts = 0;
    kubernetes.setFault(() => {
      cuts += 1;
      return cuts === 1 ? 'reset' : undefined;
    });

    expect(await cluster.get(depots, key('none'))).toBeUndefined();
    expect(kubernetes.requests).toHaveLength(2);
  });

  it('is not tried again where it writes: nobody knows whether it was done', async () => {
    await cluster.create(depots, { metadata: key('cut') });
    kubernetes.resetRequests();
    kubernetes.setFault(() => 'reset-after');

    const error = await failure(cluster.patch(depots, key('cut'), { spec: { size: 9 } }));

    expect(error).toMatchObject({ status: undefined });
    expect(error.message).toMatch(
      /^patch Depot default\/cut in cluster "prod": the API server did not answer \(\w+\)$/,
    );
    expect(kubernetes.requests).toHaveLength(1);
    kubernetes.setFault(undefined);
    expect(await cluster.get(depots, key('cut'))).toMatchObject({ spec: { size: 9 } });
  });

  it('reads a rotated kubeconfig once', async () => {
    const good = kubernetes.kubeconfig();
    const stale = good.replace(/token: .*/, 'token: stale');
    let loads = 0;
    const rotated = clusterOf(() => {
      loads += 1;
      return loads === 1 ? stale : good;
    });

    expect(await rotated.get(depots, key('none'))).toBeUndefined();
    expect(loads).toBe(2);
    await rotated.close();

    const revoked = clusterOf(() => stale);
    expect(await failure(revoked.create(depots, { metadata: key('x') }))).toMatchObject({ status: 401 });
    await revoked.close();
  });

  it('shows its token to no server whose certificate it can not check', async () => {
    const wrongAuthority = kubernetes.kubeconfig().replace(/\n.*certificate-authority-data: .*/, '');
    const wary = clusterOf(() => wrongAuthority);

    const error = await failure(wary.get(depots, key('x')));

    expect(error.status).toBeUndefined();
    expect(error.message).toMatch(/did not answer \((SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)\)$/);
    expect(kubernetes.requests).toEqual([]);
    await wary.close();
  });

  it('says nothing of the token in any error', async () => {
    const token = /token: (\S+)/.exec(kubernetes.kubeconfig())?.[1] ?? '';
    kubernetes.setFault(() => 'reset');

    const error = await failure(cluster.create(depots, { metadata: key('x') }));

    const chain: unknown[] = [error];
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause) chain.push(cause);
    expect(token.length).toBeGreaterThan(10);
    for (const each of chain) expect(JSON.stringify(each, Object.getOwnPropertyNames(each))).not.toContain(token);
  });
});
