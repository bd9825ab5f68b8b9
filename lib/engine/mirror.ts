import type { EntityMapping } from './entity.ts';
import { readEntity } from './entity-calls.ts';
import { Terminal } from './errors.ts';
import { holdsForGeneration, statusText } from './objects.ts';
import type { Refs } from './refs.ts';
import type { Run } from './run.ts';
import { openSession } from './session.ts';
import { verdictOf } from './verdict.ts';

const type = 'Mirrored';

/**
 * Makes the object stand for an entity that it does not own: it is read and never written, and outlives the object, which
 * for that reason is not held. What refers to the object finds it as if it had been made by it.
 * @throws {Terminal} where the entity does not exist.
 */
export async function mirror(run: Run, mapping: EntityMapping, refs: Refs, id: string): Promise<void> {
  const settled = holdsForGeneration(run.object, run.kind.mainCondition) && statusText(run.object, 'id') === id;
  if (settled && !run.thorough) return;
  const session = await openSession(run, refs);
  const entity = await told(run, () => readEntity(mapping, session, id));
  const { organizationId: organizationID, serverURL } = session;
  if (entity === undefined) throw missing(run, id, organizationID);
  run.report.status({ id, organizationID, serverURL, ...mapping.status(entity) });
  run.report.condition({ type, status: 'True', reason: type, message: '' });
  run.report.condition({ type: run.kind.mainCondition, status: 'True', reason: run.kind.mainCondition, message: '' });
}

/** The id goes from the status, so that whatever refers to the object waits rather than fails. */
function missing(run: Run, id: string, organization: string): Terminal {
  const message = `there is no entity ${id} in the Konnect organisation ${organization}: correct spec.mirror.konnect.id or the authentication`;
  run.report.status({ id: undefined });
  run.report.condition({ type, status: 'False', reason: 'Failed', message });
  return new Terminal(message, { reason: 'FailedToMirror' });
}

/** A failing call does not unsay what was seen of it before. */
async function told<Result>(run: Run, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { message } = verdictOf(error);
    if (!holdsForGeneration(run.object, type))
      run.report.condition({ type, status: 'False', reason: 'Failed', message });
    throw error;
  }
}
