import { isAdopting, reportAdopted } from '../../engine/adoption.ts';
import { claiming, isClaimed } from '../../engine/claim.ts';
import type { Controller } from '../../engine/controller.ts';
import { type Evidence, prevails } from '../../engine/dispute.ts';
import { KonnectError, Retry, Terminal } from '../../engine/errors.ts';
import { claimAnnotation } from '../../engine/names.ts';
import { holdsForGeneration, statusText } from '../../engine/objects.ts';
import { hold, isHeld, isRetained } from '../../engine/ownership.ts';
import type { Entity } from '../../engine/plan.ts';
import { findRefs, requireRefs } from '../../engine/refs.ts';
import type { Run } from '../../engine/run.ts';
import { openSession, type Session } from '../../engine/session.ts';
import { difference } from '../../konnect/normalise.ts';
import { pathOf } from '../../konnect/path.ts';
import { textAt } from '../fields.ts';
import { adopted } from './adopt.ts';
import { busySeconds, findNamed, isGoing, listNamed, readNetwork, toNetwork } from './calls.ts';
import { networks } from './paths.ts';
import { claimOn, lasting, networkOf, rules, type Wanted } from './wanted.ts';

/** Konnect chooses the id and keeps no owner: the object claims the name before it makes the network. */
export const controller: Controller = { converge, release };

async function converge(run: Run): Promise<void> {
  const wanted = networkOf(run.object);
  const refs = await requireRefs(run);
  const settled = !run.thorough && isHeld(run.object) && holdsForGeneration(run.object, 'Programmed');
  if (settled && statusText(run.object, 'id') !== undefined) return;
  const session = await openSession(run, refs);
  const adopting = isAdopting(run.object);
  const present = adopting ? await adopted(run, session, wanted) : await findOwn(run, session, wanted.name);
  const network =
    present === undefined ? await create(run, session, wanted) : await keep(run, session, present, wanted);
  if (adopting) reportAdopted(run);
  report(run, session, network);
}

/**
 * The network of the status, or the one of the name that the object claims.
 * @throws {Terminal} where the one that is there is not known to be the object's.
 */
async function findOwn(run: Run, session: Session, name: string): Promise<Entity | undefined> {
  const claimed = isClaimed(run.object, claimOn(session, name));
  const recorded = await readRecorded(run, session);
  const own = recorded !== undefined && isOwn(run, session, recorded, name);
  const named = own ? recorded : await findNamed(session, name);
  if (named === undefined) return undefined;
  if ((own || claimed) && (await prevails(run, named.id, noteOf(session, named)))) return named;
  throw new Terminal(
    `Konnect has a network named ${name} already (${named.id}), and nothing says that it belongs to this object: use another name, or, where it is to be this object's, write its id into status.id`,
    { reason: 'OwnershipConflict' },
  );
}

/** The status names it, and so does what the object asks for or has claimed. */
function isOwn(run: Run, session: Session, recorded: Entity, name: string): boolean {
  const names = [name, String(recorded['name'])];
  return recorded['name'] === name || names.some((one) => isClaimed(run.object, claimOn(session, one)));
}

async function readRecorded(run: Run, session: Session): Promise<Entity | undefined> {
  const id = statusText(run.object, 'id');
  return id === undefined ? undefined : readNetwork(session, id);
}

function create(run: Run, session: Session, wanted: Wanted): Promise<Entity> {
  return claiming(run, session, claimOn(session, wanted.name), async () =>
    toNetwork(await session.call({ method: 'POST', path: networks, body: wanted, host: 'global' })),
  );
}

/** Of a network that is there Konnect lets only the name be changed. */
async function keep(run: Run, session: Session, network: Entity, wanted: Wanted): Promise<Entity> {
  const { name, ...fixed } = lasting(wanted);
  const differences = difference(fixed, network, rules);
  if (differences.length > 0) {
    const fields = differences.map(({ path }) => `spec.${path}`).join(', ');
    throw new Terminal(
      `Konnect can not change ${fields} of the network ${network.id}: set it back, or delete and re-create the object`,
    );
  }
  await hold(run, session.auth);
  const named = network['name'] === name ? network : await rename(session, network, name);
  // Not before the network has the name: until then it may be that of somebody else's.
  await hold(run, session.auth, { [claimAnnotation]: claimOn(session, name) });
  return named;
}

async function rename(session: Session, { id }: Entity, name: string): Promise<Entity> {
  const path = pathOf`/v2/cloud-gateways/networks/${id}`;
  return toNetwork(await session.call({ method: 'PATCH', path, body: { name }, host: 'global' }));
}

function report(run: Run, { organizationId: organizationID, serverURL }: Session, network: Entity): void {
  const state = textAt(network, 'state');
  const lost = state === 'terminating' || state === 'terminated';
  run.report.status({ id: network.id, organizationID, serverURL, state });
  run.report.condition({
    type: 'Programmed',
    status: lost ? 'False' : 'True',
    reason: lost ? 'FailedToUpdate' : 'Programmed',
    message: lost ? `Konnect takes the network down (${state}); it is made anew once it is gone` : reasonOf(network),
  });
}

function reasonOf(network: Entity): string {
  return textAt(network, 'state_metadata', 'reason') ?? '';
}

async function release(run: Run): Promise<void> {
  if (isRetained(run.object)) return;
  const refs = await findRefs(run);
  const session = await openSession(run, refs);
  const network = await findForRelease(run, session);
  if (network === undefined || isGoing(network)) return;
  await remove(session, network.id);
}

/** What is not known to be the object's is left alone. */
async function findForRelease(run: Run, session: Session): Promise<Entity | undefined> {
  const name = textAt(run.object.spec, 'name') ?? '';
  const claimed = isClaimed(run.object, claimOn(session, name));
  const recorded = await readRecorded(run, session);
  const own = recorded !== undefined && isOwn(run, session, recorded, name);
  const found = own ? recorded : claimed ? (await listNamed(session, name)).find((one) => !isGoing(one)) : undefined;
  if (found === undefined || (await prevails(run, found.id, noteOf(session, found)))) return found;
  run.log.warn('entity of another owner left alone', { id: found.id });
  return undefined;
}

/** What an object says of the network. */
function noteOf(session: Session, { id, name }: Entity): Evidence {
  const claim = claimOn(session, String(name));
  return (object) => Number(statusText(object, 'id') === id) + Number(isClaimed(object, claim));
}

async function remove(session: Session, id: string): Promise<void> {
  try {
    await session.call({ method: 'DELETE', path: pathOf`/v2/cloud-gateways/networks/${id}`, host: 'global' });
  } catch (error) {
    if (!(error instanceof KonnectError)) throw error;
    if (error.failure === 'not-found') return;
    const busy = error.failure === 'invalid' || error.failure === 'still-referenced';
    throw busy ? new Retry(error.message, { cause: error, afterSeconds: busySeconds }) : error;
  }
  const present = await readNetwork(session, id);
  if (present === undefined || isGoing(present)) return;
  throw new Retry(`the network ${id} is still there after its deletion`, { afterSeconds: busySeconds });
}
