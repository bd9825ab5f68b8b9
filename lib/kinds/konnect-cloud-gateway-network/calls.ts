import { isEntity } from '../../engine/core-calls.ts';
import { KonnectError, Retry } from '../../engine/errors.ts';
import type { Entity } from '../../engine/plan.ts';
import type { Session } from '../../engine/session.ts';
import { pathOf } from '../../konnect/path.ts';
import { networks } from './paths.ts';

/** Konnect does not say when: long enough to be no burden, short enough for somebody who waits. */
export const busySeconds = 120;

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

/** @throws {Retry} where one that is on its way out still has the name. */
export async function findNamed(session: Session, name: string): Promise<Entity | undefined> {
  const named = await listNamed(session, name);
  const staying = named.find((one) => !isGoing(one));
  const [going] = named;
  if (staying !== undefined || going === undefined) return staying;
  throw new Retry(
    `Konnect is still taking down an earlier network named ${name} (${going.id}); the new one is made once that is gone`,
    { afterSeconds: busySeconds },
  );
}

export async function listNamed(session: Session, name: string): Promise<readonly Entity[]> {
  const listed = await session.list({ path: networks, query: { 'filter[name][eq]': name }, host: 'global' });
  return listed.filter(isEntity).filter((one) => one['name'] === name);
}

/** A deletion that Konnect has begun can not be stopped, and goes on for minutes: that is as good as gone. */
export function isGoing(network: Entity): boolean {
  return network['state'] === 'terminating' || network['state'] === 'terminated';
}

/** @throws {KonnectError} where the answer is none. */
export function toNetwork(answer: unknown): Entity {
  if (isEntity(answer)) return answer;
  throw new KonnectError('Konnect answered without a network', { failure: 'unintelligible' });
}
