import type { Controller } from '../../engine/controller.ts';
import { KonnectError, Terminal } from '../../engine/errors.ts';
import { unfinishedAnnotation } from '../../engine/names.ts';
import { findCondition, holdsForGeneration, isRecord, type ObjectKey, statusText } from '../../engine/objects.ts';
import { hold, isHeld, isUnfinished } from '../../engine/ownership.ts';
import type { Account, Cluster, StoredToken, TokenKey, Tokens } from '../../engine/ports.ts';
import { type Referrer, referrersOf } from '../../engine/refs.ts';
import type { Run } from '../../engine/run.ts';
import { together } from '../../engine/together.ts';
import { wakeUp } from '../../engine/wake.ts';
import { normaliseServerURL } from '../../konnect/server-url.ts';
import { fieldsOf } from '../fields.ts';
import { type Candidate, candidateToken } from './candidate.ts';
import { type Fields, schema } from './schema.ts';

/** Keeps a token that works in the token store, and says in the status whether there is one. */
export const controller: Controller = { converge, release, vanished };

async function converge(run: Run): Promise<void> {
  const { spec } = fieldsOf(schema, run.object);
  const serverURL = normaliseServerURL(spec.serverURL, { allowedHosts: run.allowedHosts });
  const key = tokenKey(run);
  // Another container may have stored a newer one: what is compared with must be what is stored.
  run.tokens.refresh(key);
  const [candidate, stored] = await together([offeredToken(run, spec), run.tokens.read(key)]);
  if (isSettled(run, candidate, serverURL, stored)) return;
  const tried = await tryOut(run, { token: candidate.token, serverURL });
  if (tried.organizationId === undefined) {
    const previous = candidate.token.equals(stored?.token) ? undefined : stored;
    return keepPrevious(run, previous, `${candidate.label}: ${tried.refusal}`);
  }
  const rotated = isUnfinished(run.object) || (stored !== undefined && !stored.token.equals(candidate.token));
  // Once the token is stored nothing else would tell a later run that some are still to be woken.
  await hold(run, undefined, rotated ? { [unfinishedAnnotation]: 'true' } : {});
  // Read before the token is stored: should it fail, all of this is done again, and nobody's wake-up is lost.
  const referrers = rotated ? await referrersOf(run) : [];
  await run.tokens.keep(key, {
    token: candidate.token,
    serverURL,
    organizationId: tried.organizationId,
    checkedAt: run.clock.now().toISOString(),
  });
  reportValid(run, tried.organizationId, serverURL, `${candidate.label} is valid`);
  if (findCondition(run.object, 'TokenAccepted') !== undefined) {
    run.report.condition({ type: 'TokenAccepted', status: 'True', reason: 'Accepted', message: '' });
  }
  // What a wrong token or missing permission stopped has no event of its own to start it again.
  if (rotated) await wakeAll(run, referrers);
}

/** Without a token to try, nothing stays in use: what was said of an earlier one does not hold any more. */
async function offeredToken(run: Run, spec: Fields['spec']): Promise<Candidate> {
  try {
    return await candidateToken(run, spec);
  } catch (error) {
    if (error instanceof Terminal && findCondition(run.object, 'TokenAccepted') !== undefined) {
      reportRefused(run, error.message);
    }
    throw error;
  }
}

/** The stored token is the object's, it worked, no other one was refused since, and nobody asked whether it still does. */
function isSettled(run: Run, candidate: Candidate, serverURL: string, stored: StoredToken | undefined): boolean {
  const same = candidate.token.equals(stored?.token) && stored?.serverURL === serverURL;
  const refused = findCondition(run.object, 'TokenAccepted')?.status === 'False';
  const asked = run.thorough || refused || !isHeld(run.object);
  return same && !asked && holdsForGeneration(run.object, 'APIAuthValid');
}

type Trial =
  | { readonly organizationId: string; readonly refusal?: never }
  | { readonly organizationId?: never; readonly refusal: string };

/** Asks Konnect whose token it is. Only a definite no is a refusal; what may pass is thrown and tried again. */
async function tryOut(run: Run, account: Account): Promise<Trial> {
  const recorded = statusText(run.object, 'organizationID');
  try {
    const answer = await run.konnect.call(account, { method: 'GET', path: '/v3/organizations/me', host: 'global' });
    const organization = isRecord(answer) ? answer : {};
    const { id, state } = organization;
    if (typeof id !== 'string' || id === '') {
      throw new KonnectError('Konnect answered without an organisation', { failure: 'unintelligible' });
    }
    if (typeof state === 'string' && state !== 'active') {
      return { refusal: `its organisation ${id} is ${state} in Konnect` };
    }
    if (recorded !== undefined && recorded !== id) {
      return {
        refusal: `it belongs to the organisation ${id}, but what refers to this configuration was made in ${recorded}: use a token of ${recorded}, or make a new configuration for ${id}`,
      };
    }
    return { organizationId: id };
  } catch (error) {
    if (error instanceof KonnectError && isRefusal(error)) return { refusal: error.message };
    throw error;
  }
}

function isRefusal({ failure }: KonnectError): boolean {
  return failure === 'unauthenticated' || failure === 'forbidden' || failure === 'invalid' || failure === 'not-found';
}

/** A bad new token does not take a good one out of use: what runs goes on, and the condition says what is wrong. */
async function keepPrevious(run: Run, stored: StoredToken | undefined, refusal: string): Promise<void> {
  const previous = stored === undefined ? undefined : await tryOut(run, stored);
  if (stored === undefined || previous?.organizationId === undefined) {
    if (findCondition(run.object, 'TokenAccepted') !== undefined) reportRefused(run, refusal);
    throw new Terminal(refusal, { reason: 'Invalid' });
  }
  const message = `${refusal}; the previous token still works and stays in use`;
  reportValid(run, previous.organizationId, stored.serverURL, message);
  reportRefused(run, message);
}

function reportRefused(run: Run, message: string): void {
  run.report.condition({ type: 'TokenAccepted', status: 'False', reason: 'Refused', message });
}

function reportValid(run: Run, organizationID: string, serverURL: string, message: string): void {
  run.report.status({ organizationID, serverURL });
  run.report.condition({ type: 'APIAuthValid', status: 'True', reason: 'Valid', message });
}

async function wakeAll(run: Run, referrers: readonly Referrer[]): Promise<void> {
  const origin = `${run.object.metadata.uid}/token/${run.clock.now().getTime()}`;
  await run.wake(referrers.map(({ kind, object }) => wakeUp(run.cluster.name, kind, object, { origin })));
}

async function release(run: Run): Promise<void> {
  await run.tokens.forget(tokenKey(run));
}

async function vanished(
  key: ObjectKey,
  { cluster, tokens }: { readonly cluster: Cluster; readonly tokens: Tokens },
): Promise<void> {
  if (key.namespace !== undefined)
    await tokens.forget({ cluster: cluster.name, namespace: key.namespace, name: key.name });
}

function tokenKey(run: Run): TokenKey {
  const { namespace = '', name } = run.object.metadata;
  return { cluster: run.cluster.name, namespace, name };
}
