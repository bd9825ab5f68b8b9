import { KonnectError, Retry, Terminal, Wait } from './errors.ts';
import { deletionPolicyAnnotation, organizationAnnotation } from './names.ts';
import { display, isRecord, type KubernetesObject, statusOf } from './objects.ts';
import { recordedAccount } from './ownership.ts';
import type { Account, KonnectCall, StoredToken, TokenKey } from './ports.ts';
import type { Refs, Resolved } from './refs.ts';
import type { Run } from './run.ts';
import { isSameServer } from './same-server.ts';
import { wakeUp } from './wake.ts';

/** The name of the ref that every kind with an entity in Konnect uses for its auth configuration. */
export const authRef = 'auth';

/** Calls to Konnect in the name of one auth configuration. */
export interface Session {
  readonly auth: { readonly namespace: string; readonly name: string };
  readonly organizationId: string;
  readonly serverURL: string;
  call(call: KonnectCall): Promise<unknown>;
  list(call: Pick<KonnectCall, 'path' | 'query' | 'host'>): Promise<readonly unknown[]>;
}

/**
 * Opens a session with the token that the auth configuration under the ref `auth` keeps, or the recorded one.
 * @throws {Wait} where no auth configuration is known.
 * @throws {Terminal} where the token belongs to another organisation than the object's entity.
 * @throws {Retry} where the token is not stored (any more), or another than the auth configuration tells of; that is asked to
 * store it. Calls throw it where the token is exchanged for one of another organisation or server in the middle of the run.
 */
export async function openSession(run: Run, refs: Refs): Promise<Session> {
  const resolved = refs.get(authRef);
  const known = resolved !== undefined && (resolved.object !== undefined || resolved.ref.unread);
  const auth = known ? resolved.key : (recordedAccount(run.object) ?? resolved?.key);
  if (auth?.namespace === undefined) {
    throw new Wait('no auth configuration is known for this object: its reference is missing and none was recorded');
  }
  const key: TokenKey = { cluster: run.cluster.name, namespace: auth.namespace, name: auth.name };
  const stored = await readToken(run, key, refs);
  if (stored === undefined) {
    await recheckAuth(run, resolved);
    // The next try must see what was stored meanwhile, not that there was nothing.
    run.tokens.refresh(key);
    throw new Retry(
      `no Konnect token is stored for ${display(auth)}: re-create that auth configuration, or release this object with the annotation konnect-reconciler.io/deletion-policy=retain`,
    );
  }
  await refuseOtherToken(run, stored, resolved);
  refuseForeignOrganization(run.object, stored, display(auth));
  return sessionWith(run, key, stored, resolved);
}

/**
 * Past the cache where what the run has read says otherwise: an auth configuration that was made again, for another server
 * or with a token of another organisation, has the name of the former one.
 */
async function readToken(run: Run, key: TokenKey, refs: Refs): Promise<StoredToken | undefined> {
  const stored = await run.tokens.read(key);
  const objects = [run.object, ...[...refs.values()].flatMap(({ object }) => object ?? [])];
  if (stored === undefined || objects.every((object) => agrees(stored, toldBy(object)))) return stored;
  run.tokens.refresh(key);
  return run.tokens.read(key);
}

function sessionWith(run: Run, key: TokenKey, stored: StoredToken, auth: Resolved | undefined): Session {
  let account: Account = stored;
  // A token may have been rotated since the cache read it: look once, and use the new one if there is one.
  const authenticated = async <Answer>(work: (account: Account) => Promise<Answer>): Promise<Answer> => {
    try {
      return await work(account);
    } catch (error) {
      if (!(error instanceof KonnectError) || error.failure !== 'unauthenticated') throw error;
      run.tokens.refresh(key);
      const fresh = await run.tokens.read(key);
      if (fresh === undefined || fresh.token.equals(account.token)) {
        await recheckAuth(run, auth);
        throw error;
      }
      if (!agrees(fresh, { organizationID: stored.organizationId, serverURL: stored.serverURL })) {
        throw new Retry(
          `the token of ${display(key)} was exchanged for one of another organisation or server meanwhile`,
        );
      }
      account = fresh;
      return work(account);
    }
  };
  return {
    auth: { namespace: key.namespace, name: key.name },
    organizationId: stored.organizationId,
    serverURL: stored.serverURL,
    call: (call) => authenticated((current) => run.konnect.call(current, call)),
    list: (call) => authenticated((current) => collect(run.konnect.list(current, call))),
  };
}

async function collect(items: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Asks for a thorough look at the auth configuration; the deduplication id makes many askers one event. */
async function recheckAuth(run: Run, auth: Resolved | undefined): Promise<void> {
  const kind = auth && run.registry.kinds.find(({ resource }) => resource.kind === auth.ref.kind);
  if (auth === undefined || kind === undefined) return;
  // Not every run has read it: only a refused token makes that worth a call.
  const object = auth.object ?? (await run.cluster.get(kind.resource, auth.key));
  if (object === undefined) return;
  await run.wake([wakeUp(run.cluster.name, kind, object, { origin: 'token-refused', force: true })]);
}

/** What the auth configuration tells holds: the token is stored before that is written. */
async function refuseOtherToken(run: Run, stored: StoredToken, auth: Resolved | undefined): Promise<void> {
  if (auth?.object === undefined) return;
  const told = toldBy(auth.object);
  if (agrees(stored, told)) return;
  await recheckAuth(run, auth);
  const { organizationID = stored.organizationId, serverURL = stored.serverURL } = told;
  throw new Retry(
    `the token of ${display(auth.key)} is stored as one of ${stored.organizationId} at ${stored.serverURL}, but that auth configuration is of ${organizationID} at ${serverURL}: it was asked to store its token again`,
  );
}

/** An empty answer to a look-up means nothing when it is another organisation that answers. */
function refuseForeignOrganization(object: KubernetesObject, stored: StoredToken, auth: string): void {
  const recorded = recordedOrganization(object);
  if (recorded === undefined || recorded === stored.organizationId) return;
  throw new Terminal(
    `the entity belongs to the Konnect organisation ${recorded}, but the token of ${auth} belongs to ${stored.organizationId}: use a token of ${recorded}, or, to make a new entity, delete the object with the annotation ${deletionPolicyAnnotation}=retain and re-create it`,
    { reason: 'OrganizationMismatch' },
  );
}

function recordedOrganization(object: KubernetesObject): string | undefined {
  return textInStatus(object, 'organizationID') ?? textOf(object.metadata.annotations?.[organizationAnnotation]);
}

/** Where an object is in Konnect, or leads to. */
interface Told {
  readonly organizationID: string | undefined;
  readonly serverURL: string | undefined;
}

function toldBy(object: KubernetesObject): Told {
  return { organizationID: recordedOrganization(object), serverURL: textInStatus(object, 'serverURL') };
}

function agrees(stored: StoredToken, { organizationID, serverURL }: Told): boolean {
  const sameOrganization = organizationID === undefined || organizationID === stored.organizationId;
  return sameOrganization && (serverURL === undefined || isSameServer(serverURL, stored.serverURL));
}

function textInStatus(object: KubernetesObject, field: string): string | undefined {
  const status = statusOf(object);
  const nested = status['konnect'];
  return textOf(status[field] ?? (isRecord(nested) ? nested[field] : undefined));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
