import { isNotServed } from '../cluster/failures.ts';
import { ClusterError, Retry, Terminal } from '../engine/errors.ts';
import { BadReplay } from './parse.ts';
import type { ReplayRequest } from './request.ts';

/** How far a failure reaches: one kind of a cluster, the whole cluster, or nothing at all. */
export type Reach = 'kind' | 'cluster' | 'nothing';

/**
 * Judges what went wrong while objects of one kind were looked up.
 * @throws {BadReplay} where the request is to blame; any error that is none of the world's is thrown on.
 */
export function reachOf(error: unknown, { labelSelector, kind }: ReplayRequest): Reach {
  if (error instanceof Retry || error instanceof Terminal) return 'cluster';
  if (!(error instanceof ClusterError)) throw error;
  if (error.status === 400 && labelSelector !== undefined) {
    throw new BadReplay(`labelSelector is not as the API server takes it: ${error.message}`, { cause: error });
  }
  // Where a kind is not served there is no object of it; who names the kind is told.
  if (isNotServed(error) && kind === undefined) return 'nothing';
  return error.status === undefined || error.status === 401 ? 'cluster' : 'kind';
}
