import { describe, expect, it } from 'vitest';
import type { CoreMapping } from './core-entity.ts';
import { put, type Work } from './core-write.ts';
import { KonnectError, type KonnectFailure } from './errors.ts';
import { noInputs } from './inputs.ts';
import type { KonnectCall } from './ports.ts';
import type { Run } from './run.ts';

/* A write that Konnect refuses because something unique is taken, and the search for who has it. */

const ids = { controlPlane: 'cp' };
const body = { name: 'shop', key: 'k' };
const ours = (id: string) => ({ id, ...body, tags: ['k8s-uid:u'] });
const theirs = { id: 'theirs', ...body, tags: ['k8s-uid:v'] };
const nobodys = { id: 'nobodys', ...body };
const refused = (failure: KonnectFailure) => new KonnectError(`${failure} at Konnect`, { failure });
const told = (id: string, owner: string) =>
  `unique-violation at Konnect; the entity ${id} in Konnect belongs to ${owner}: change what both would have, or delete that entity`;
const alone = 'unique-violation at Konnect';
const free = `${alone}; nobody has it by now: this is tried again`;

interface World {
  readonly mapping?: Partial<CoreMapping>;
  /** What Konnect lists; the filter by tag finds those of the uid. */
  readonly listed?: readonly unknown[];
  /** What a look by name gives. */
  readonly named?: unknown;
  /** How writes end, one after the other; those after them are fine. */
  readonly writes?: readonly Error[];
}

function start({ mapping = {}, listed = [], named, writes = [refused('unique-violation')] }: World) {
  const calls: string[] = [];
  const left = [...writes];
  const session = {
    async call({ method, path }: KonnectCall) {
      calls.push(`${method} ${path}`);
      const failure = method === 'PUT' ? left.shift() : named;
      if (failure instanceof Error) throw failure;
      if (method === 'GET' && named === undefined) throw refused('not-found');
      return named;
    },
    async list({ path, query }: Pick<KonnectCall, 'path' | 'query'>) {
      calls.push(`LIST ${path} ${query?.['tags'] ?? ''}`.trim());
      return query === undefined ? listed : listed.filter((one) => JSON.stringify(one).includes('k8s-uid:u'));
    },
  };
  const run = { object: { metadata: { uid: 'u' } } } as unknown as Run;
  const work = { mapping: { collection: () => '/all', ...mapping }, session, ids, body, inputs: noInputs };
  const ended = () => put(run, work as unknown as Work, 'own').catch((error: unknown) => error);
  return { ended, calls };
}

const uniqueName: CoreMapping['uniqueName'] = ({ name }) => String(name);
const isRival: CoreMapping['isRival'] = ({ key }, other) => key === other['key'];

describe('our own entity under another id', () => {
  it('is written instead, and found in the flat list where there is one', async () => {
    const { ended, calls } = start({ listed: [theirs, ours('old')], mapping: { flat: () => '/flat' } });

    expect(await ended()).toBe('old');
    expect(calls).toEqual(['PUT /all/own', 'LIST /flat k8s-uid:u', 'PUT /all/old']);
  });

  it('is not the one that was tried, which is not tried again', async () => {
    const { ended, calls } = start({ listed: [ours('own')] });

    expect(await ended()).toMatchObject({ name: 'Terminal', message: alone });
    expect(calls).toEqual(['PUT /all/own', 'LIST /all k8s-uid:u']);
  });

  it('may be refused as well, and who is in its way is told', async () => {
    const second = refused('unique-violation');
    const { ended } = start({
      listed: [ours('old')],
      writes: [refused('unique-violation'), second],
      mapping: { uniqueName },
      named: theirs,
    });

    expect(await ended()).toMatchObject({ message: told('theirs', 'the object with uid v'), cause: second });
  });

  it('may fail otherwise, which says what it is', async () => {
    const second = refused('unavailable');
    const { ended } = start({ listed: [ours('old')], writes: [refused('unique-violation'), second] });

    expect(await ended()).toBe(second);
  });

  it('is for a person to choose where there are two', async () => {
    const first = refused('unique-violation');
    const { ended } = start({ listed: [ours('a'), ours('b')], writes: [first] });

    expect(await ended()).toMatchObject({
      message: 'two entities carry the uid of this object (a, b): delete one of them in Konnect',
      reason: 'OwnershipConflict',
      cause: first,
    });
  });
});

describe('who has what is unique', () => {
  const byName = 'GET /all/shop';
  const list = 'LIST /all';

  it.each([
    { who: 'is not known, and Konnect is quoted', calls: [], message: alone },
    {
      who: 'is found by name',
      mapping: { uniqueName },
      named: theirs,
      calls: [byName],
      message: told('theirs', 'the object with uid v'),
    },
    {
      who: 'may be nobody',
      mapping: { uniqueName },
      named: nobodys,
      calls: [byName],
      message: told('nobodys', 'no Kubernetes object'),
    },
    { who: 'is not ourselves', mapping: { uniqueName }, named: ours('x'), calls: [byName], message: alone },
    { who: 'is not there by now', mapping: { uniqueName }, calls: [byName], message: free, name: 'Retry' },
    {
      who: 'is not there by now, neither by name nor among all',
      ...{ mapping: { uniqueName, isRival }, listed: [ours('own')], calls: [byName, list] },
      ...{ message: free, name: 'Retry' },
    },
    {
      who: 'is not known where it can not be asked by a name that is no path',
      ...{ mapping: { uniqueName }, named: refused('invalid'), calls: [byName], message: alone },
    },
    {
      who: 'can not be asked by a name that is no path, and is found among all',
      ...{ mapping: { uniqueName, isRival }, named: refused('invalid'), listed: [theirs] },
      ...{ calls: [byName, list], message: told('theirs', 'the object with uid v') },
    },
    {
      who: 'is not asked by a name that there is not',
      ...{ mapping: { uniqueName: () => undefined }, named: theirs, calls: [], message: alone },
    },
    {
      who: 'is looked for among all that are not ours and are like it',
      mapping: { isRival },
      listed: [null, { key: 'k' }, ours('own'), { ...theirs, id: 'unlike', key: 'z' }, theirs],
      ...{ calls: [list], message: told('theirs', 'the object with uid v') },
    },
    {
      who: 'is none of ours',
      ...{ mapping: { isRival }, listed: [ours('own')], calls: [list], message: free, name: 'Retry' },
    },
    {
      who: 'comes after what is unique, where Konnect does not say it',
      ...{ mapping: { unique: 'A key is unique' }, calls: [], message: `A key is unique. ${alone}` },
    },
  ])('$who', async ({ calls: expected, message, name = 'Terminal', ...world }) => {
    const cause = refused('unique-violation');
    const { ended, calls } = start({ ...world, writes: [cause] });

    const error = await ended();

    expect(error).toMatchObject({ name, message });
    expect(error).toHaveProperty('cause', cause);
    expect(calls.slice(2)).toEqual(expected);
  });

  it('is not told where Konnect fails meanwhile', async () => {
    const named = refused('unavailable');

    expect(await start({ mapping: { uniqueName, isRival }, named, listed: [theirs] }).ended()).toBe(named);
  });
});
