import type { Finding } from './finding.ts';

/** Asks a forwarder whether it lives, and whether it sees the cluster and reaches SQS. */
export async function checkForwarder(url: string, timeoutMs = 5_000): Promise<Finding> {
  const check = 'forwarder';
  const log = 'see its log; it says which list or which queue it waits for';
  try {
    const statusOf = async (path: string): Promise<number> => {
      const answer = await fetch(new URL(path, url), { signal: AbortSignal.timeout(timeoutMs) });
      await answer.body?.cancel();
      return answer.status;
    };
    const alive = await statusOf('/healthz');
    if (alive !== 200) return { check, state: 'wrong', message: `${url} says ${alive} to /healthz`, fix: log };
    const ready = await statusOf('/readyz');
    if (ready !== 200) return { check, state: 'wrong', message: `it lives, and is not ready (${ready})`, fix: log };
    return { check, state: 'fine', message: `${url} is ready` };
  } catch {
    const fix = 'kubectl port-forward to its port 8080, and give the URL of that';
    return { check, state: 'wrong', message: `${url} does not answer`, fix };
  }
}
