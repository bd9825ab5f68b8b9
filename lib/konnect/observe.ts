import { KonnectError, type KonnectFailure } from '../engine/errors.ts';
import type { Log } from '../engine/ports.ts';
import type { CallReport } from './client.ts';

interface Observers {
  readonly log: Log;
  readonly onCall?: (report: CallReport) => void;
}

interface Observed {
  readonly method: string;
  readonly path: string;
  readonly host: string;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

// What says something about Konnect or the network rather than about one entity.
const noteworthy: ReadonlySet<KonnectFailure> = new Set([
  'unreachable',
  'unintelligible',
  'rate-limited',
  'unavailable',
  'unauthenticated',
]);

/** Does the work, then logs and reports it. The work notes the status as soon as it has one. */
export async function observed<Result>(
  { log, onCall }: Observers,
  { method, path, host }: Observed,
  work: (note: (status: number) => void) => Promise<Result>,
): Promise<Result> {
  const started = performance.now();
  let status: number | undefined;
  let failed: KonnectError | undefined;
  try {
    return await work((answered) => {
      status = answered;
    });
  } catch (error) {
    if (error instanceof KonnectError) failed = error;
    throw error;
  } finally {
    const call: CallReport = {
      method,
      operation: `${method} ${path.replaceAll(uuid, '{id}')}`,
      host,
      milliseconds: Math.round(performance.now() - started),
      ...(status === undefined ? {} : { status }),
      ...(failed === undefined ? {} : { failure: failed.failure }),
    };
    const fields = { ...call, path, ...(failed?.traceId === undefined ? {} : { traceId: failed.traceId }) };
    if (failed !== undefined && noteworthy.has(failed.failure)) log.warn('konnect call failed', fields);
    else log.debug('konnect call', fields);
    onCall?.(call);
  }
}
