import type { Stack } from '../../infra/local/stack.ts';
import type { ReplayAnswer, ReplayRequest } from '../../lib/replay/request.ts';
import { invoke } from './invoke.ts';

/**
 * Invokes replay as a person at AWS does.
 * @throws {Error} with what the function says, where it fails.
 */
export async function replay(stack: Stack, request: ReplayRequest): Promise<ReplayAnswer> {
  return (await invoke('replay', stack, request)) as ReplayAnswer;
}

/** How many events an answer tells of. */
export function countOf({ events }: ReplayAnswer): number {
  return Object.values(events).reduce((sum, count) => sum + count, 0);
}
