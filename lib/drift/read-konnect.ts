import { KonnectError, Terminal } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import type { Account, Konnect, KonnectCall } from '../engine/ports.ts';
import { keptUnlessFailed } from './kept.ts';
import { WouldWrite } from './would-write.ts';

type Read = Pick<KonnectCall, 'path' | 'query' | 'host'>;

/** Konnect as it was at one moment, read by lists: what many objects ask for one by one costs one list. */
export interface ReadKonnect {
  /** Answers the list at a path with these items, without asking Konnect. */
  answer(path: string, items: readonly unknown[]): void;
  /** Forgets what was read: entities of one kind are not needed for the next. */
  release(): void;
  /** For one run; `missed` tells whether it has looked something up that is not there. */
  forRun(listOf: ListOf): { readonly konnect: Konnect; readonly missed: () => boolean };
}

/** The list that holds the entity at a path, where it can be found in one; undefined: it is read by itself. */
export type ListOf = (path: string) => string | undefined;

const item = /^(.*)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** The entity that one under it names as its parent, such as the upstream of a target. */
const underParent = /\/core-entities\/[^/]+\/([^/]+)\/[^/]+\/[^/]+$/;

/**
 * Makes a Konnect that is only read. The first call in the name of an account makes sure that its token still is one of the
 * organisation that it was stored for: what another organisation does not have is missing nowhere.
 * @throws {WouldWrite} for every write.
 */
export function createReadKonnect(konnect: Konnect): ReadKonnect {
  const lists = new Map<string, Promise<ReadonlyMap<string, unknown>>>();
  const reads = new Map<string, Promise<unknown>>();
  const given = new Map<string, readonly unknown[]>();
  const verified = new Map<string, Promise<void>>();

  const verify = (account: Account): Promise<void> =>
    keptUnlessFailed(verified, nameOf(account), () => refuseOtherOrganization(konnect, account));

  const entities = (account: Account, read: Read): Promise<ReadonlyMap<string, unknown>> =>
    keptUnlessFailed(lists, `${nameOf(account)} ${keyOf(read)}`, async () => {
      await verify(account);
      return byId(konnect.list(account, read));
    });

  async function find(
    account: Account,
    read: Read,
    { list, id }: { readonly list: string; readonly id: string },
    missed: () => void,
  ): Promise<unknown> {
    const { host } = read;
    const found = (await entities(account, { path: list, ...(host === undefined ? {} : { host }) })).get(id);
    if (found !== undefined && isUnder(read.path, found)) return found;
    missed();
    throw new KonnectError(`Konnect has no ${read.path}`, { failure: 'not-found', status: 404 });
  }

  async function get(account: Account, read: Read, listOf: ListOf, missed: () => void): Promise<unknown> {
    await verify(account);
    const [, , id] = item.exec(read.path) ?? [];
    const list = id === undefined ? undefined : listOf(read.path);
    if (id !== undefined && list !== undefined) return find(account, read, { list, id }, missed);
    const call = { method: 'GET', ...read } as const;
    return keptUnlessFailed(reads, `${nameOf(account)} ${keyOf(read)}`, () => konnect.call(account, call)).catch(
      (error: unknown) => {
        if (error instanceof KonnectError && error.failure === 'not-found') missed();
        throw error;
      },
    );
  }

  async function* list(account: Account, read: Read): AsyncGenerator<unknown> {
    const known = given.get(read.path);
    if (known === undefined) yield* (await entities(account, read)).values();
    else yield* known;
  }

  return {
    answer: (path, items) => void given.set(path, items),
    release() {
      lists.clear();
      reads.clear();
      given.clear();
    },
    forRun(listOf) {
      let missed = false;
      const miss = () => {
        missed = true;
      };
      const own: Konnect = {
        list,
        call: async (account, { method, path, query, host }) => {
          if (method !== 'GET') throw new WouldWrite('konnect', `${method} ${path}`);
          const read = { path, ...(query === undefined ? {} : { query }), ...(host === undefined ? {} : { host }) };
          return get(account, read, listOf, miss);
        },
      };
      return { konnect: own, missed: () => missed };
    },
  };
}

/** @throws {Terminal} */
async function refuseOtherOrganization(konnect: Konnect, account: Account): Promise<void> {
  const { organizationId } = account;
  const answer = await konnect.call(account, { method: 'GET', path: '/v3/organizations/me', host: 'global' });
  const present = isRecord(answer) ? answer['id'] : undefined;
  if (organizationId === undefined || present === organizationId) return;
  throw new Terminal(
    `the token was one of the organisation ${organizationId} and is one of ${String(present)} now: nothing was compared`,
    { reason: 'OrganizationMismatch' },
  );
}

function isUnder(path: string, entity: unknown): boolean {
  const parent = underParent.exec(path)?.[1];
  if (parent === undefined) return true;
  return isRecord(entity) && Object.values(entity).some((value) => isRecord(value) && value['id'] === parent);
}

async function byId(items: AsyncIterable<unknown>): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  let nameless = 0;
  for await (const one of items) {
    const id = isRecord(one) ? one['id'] : undefined;
    nameless += 1;
    found.set(typeof id === 'string' ? id : `nameless ${nameless}`, one);
  }
  return found;
}

function nameOf({ serverURL, organizationId = '' }: Account): string {
  return `${serverURL} ${organizationId}`;
}

function keyOf({ path, query = {}, host = 'regional' }: Read): string {
  return `${host} ${path}?${new URLSearchParams(query).toString()}`;
}
