import { KonnectError } from './errors.ts';
import { isRecord } from './objects.ts';
import type { Entity } from './plan.ts';
import type { Session } from './session.ts';

/** Where entities of one type are, such as `/v2/control-planes`. */
export interface Collection {
  readonly collection: string;
}

/** The entity, or undefined where there is none. */
export async function readEntity(at: Collection, session: Session, id: string): Promise<Entity | undefined> {
  try {
    return toEntity(await session.call({ method: 'GET', path: itemPath(at, id) }));
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') return undefined;
    throw error;
  }
}

export function itemPath({ collection }: Collection, id: string): string {
  return `${collection}/${encodeURIComponent(id)}`;
}

/** @throws {KonnectError} where the answer is none. */
export function toEntity(value: unknown): Entity {
  if (isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '') return { ...value, id: value['id'] };
  throw new KonnectError('Konnect answered without an entity', { failure: 'unintelligible' });
}
