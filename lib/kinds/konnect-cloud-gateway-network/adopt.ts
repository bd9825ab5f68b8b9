import { failingAs, modeOf, notMatching, notThere, refuseAdoptedTwice } from '../../engine/adoption.ts';
import { isClaimed } from '../../engine/claim.ts';
import { adoptedId } from '../../engine/core-calls.ts';
import type { Entity } from '../../engine/plan.ts';
import type { Run } from '../../engine/run.ts';
import type { Session } from '../../engine/session.ts';
import { difference } from '../../konnect/normalise.ts';
import { readNetwork } from './calls.ts';
import { claimOn, lasting, rules, type Wanted } from './wanted.ts';

/** The network that the object names, once nobody else has it and it is, or can become, what the object says. */
export async function adopted(run: Run, session: Session, wanted: Wanted): Promise<Entity> {
  const id = adoptedId(run.object) ?? '';
  const network = await failingAs(run, 'FetchFailed', () => readNetwork(session, id));
  if (network === undefined) throw notThere(run, id, `the Konnect organisation ${session.organizationId}`);
  const claim = claimOn(session, String(network['name']));
  await refuseAdoptedTwice(run, id, (other) => isClaimed(other, claim));
  const { name, ...fixed } = lasting(wanted);
  const compared = modeOf(run.object) === 'match' ? { name, ...fixed } : fixed;
  const differences = difference(compared, network, rules);
  if (differences.length > 0) throw notMatching(run, id, differences);
  return network;
}
