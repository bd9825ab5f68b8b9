import { readAnswer, type Transport } from '../cluster/transport.ts';
import { isRecord } from '../engine/objects.ts';
import { checkClock } from './clock.ts';
import { type Finding, told } from './finding.ts';

/**
 * Whether the API server answers, of which version it is, and what time it has.
 * @throws {ClusterError} where it does not answer.
 */
export async function checkServer(transport: Transport, now: () => Date): Promise<readonly Finding[]> {
  const what = `read the version of cluster "${transport.cluster}"`;
  const signal = AbortSignal.timeout(10_000);
  const response = await transport.open({ what, method: 'GET', path: '/version', signal, silenceMs: 10_000 });
  const { date } = response.headers;
  const { status, body } = await readAnswer(what, response);
  const seen = now();
  return [
    versionOf(transport.cluster, status, body),
    checkClock('the API server', typeof date === 'string' ? date : undefined, seen),
  ];
}

function versionOf(cluster: string, status: number, body: string): Finding {
  const check = 'cluster';
  const version: unknown = status === 200 ? JSON.parse(body) : undefined;
  if (!isRecord(version)) {
    return {
      check,
      state: 'wrong',
      message: `${cluster} answers ${status}`,
      fix: `kubectl --context ${cluster} version`,
    };
  }
  return { check, state: 'fine', message: `${cluster} answers, and runs ${told(version['gitVersion'])}` };
}
