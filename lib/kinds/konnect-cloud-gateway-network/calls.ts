import { isEntity } from '../../engine/core-calls.ts';
import { KonnectError } from '../../engine/errors.ts';
import type { Entity } from '../../engine/plan.ts';
import type { Session } from '../../engine/session.ts';
import { pathOf } from '../../konnect/path.ts';

export const networks = '/v2/cloud-gateways/networks';

export async function readNetwork(session: Session, id: string): Promise<Entity | undefined> {
  try {
    return toNetwork(
      await session.call({ method: 'GET', path: pathOf`/v2/cloud-gateways/networks/${id}`, host: 'global' }),
    );
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') return undefined;
    throw error;
  }
}

export async function findNamed(session: Session, name: string): Promise<Entity | undefined> {
  const listed = await session.list({ path: networks, query: { 'filter[name][eq]': name }, host: 'global' });
  // One that is on its way out still has the name, and no future.
  return listed.filter(isEntity).find((one) => one['name'] === name && one['state'] !== 'terminating');
}

/** @throws {KonnectError} where the answer is none. */
export function toNetwork(answer: unknown): Entity {
  if (isEntity(answer)) return answer;
  throw new KonnectError('Konnect answered without a network', { failure: 'unintelligible' });
}
