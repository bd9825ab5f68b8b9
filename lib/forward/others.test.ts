import { beforeEach, describe, expect, it } from 'vitest';
import { configMapResource, secretResource } from '../engine/objects.ts';
import { createDependants } from './dependants.ts';
import { brief, objectOf, plane, secretOf, vault, warehouse } from './fixture.ts';
import { nodeOf } from './node.ts';
import { createOthers, otherResources } from './others.ts';
import { createTracker } from './tracker.ts';

const secrets = { resource: secretResource };

let pending: Set<string>;
let tracker: ReturnType<typeof createTracker>;
let others: ReturnType<typeof createOthers>;

beforeEach(() => {
  pending = new Set();
  const dependants = createDependants(warehouse);
  const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
  tracker = createTracker({ kinds: warehouse, cluster: 'prod', dependants, clock });
  others = createOthers({ dependants, tracker, isPending: (node) => pending.has(node), clock });
});

describe('a Secret', () => {
  const referrer = () =>
    tracker.seen(vault, objectOf(vault, 'v', { programmed: 1, spec: { secret: 'token' } }), 'first-list');

  it('wakes who refers to it when it changes or goes, and nobody otherwise', () => {
    referrer();

    const atStart = others.seen(secrets, secretOf('token', 1), 'first-list');
    const same = others.seen(secrets, secretOf('token', 1), 'relist');
    const changed = others.seen(secrets, secretOf('token', 2), 'watch');
    const foreign = others.seen(secrets, secretOf('token', 3, 'elsewhere'), 'watch');
    const gone = others.gone(secrets, { namespace: 'team', name: 'token', uid: 'uid-token' }, '4');

    expect(brief(atStart)).toEqual(['dependency Vault/v']);
    expect([...same, ...foreign]).toEqual([]);
    expect(changed).toMatchObject([{ name: 'v', cause: 'dependency', origin: 'uid-token/2' }]);
    expect(gone).toMatchObject([{ name: 'v', cause: 'dependency', origin: 'uid-token/4' }]);
  });

  it('wakes nobody at the start who gets an event anyway', () => {
    referrer();
    pending.add(nodeOf(vault.resource, { namespace: 'team', name: 'v' }));

    expect(others.seen(secrets, secretOf('token', 1), 'first-list')).toEqual([]);
    expect(brief(others.seen(secrets, secretOf('token', 2), 'watch'))).toEqual(['dependency Vault/v']);
  });

  it('is not remembered where nobody refers to it', () => {
    referrer();
    others.seen(secrets, secretOf('token', 1), 'first-list');
    others.seen(secrets, secretOf('foreign', 1), 'first-list');
    expect([...others.known(secrets)].map(({ name }) => name)).toEqual(['token']);

    tracker.gone(vault, { namespace: 'team', name: 'v', uid: 'uid-v' });
    others.seen(secrets, secretOf('token', 2), 'watch');

    expect([...others.known(secrets)]).toEqual([]);
  });

  it('that was listed before its referrer came into view may have changed: the referrer is told', () => {
    others.seen(secrets, secretOf('token', 1), 'first-list');
    tracker.othersListed();

    expect(brief(referrer())).toEqual(['resync Vault/v']);
  });
});

describe('a Secret that no list holds', () => {
  const refer = (name: string, secret: string, namespace = 'team') =>
    tracker.seen(vault, objectOf(vault, name, { programmed: 1, spec: { secret }, namespace }), 'watch');
  const byName = { namespace: 'team', name: 'token', uid: '' };

  it('is asked for by its name, also where it was seen before its referrer', () => {
    others.seen(secrets, secretOf('token', 1), 'watch');
    refer('v', 'token');

    expect([...others.known(secrets)]).toEqual([byName]);
    expect(brief(others.gone(secrets, byName))).toEqual(['dependency Vault/v']);
  });

  it('wakes who refers to it once, until it was there again', () => {
    refer('v', 'token');
    const first = others.gone(secrets, byName);
    const asked = [...others.known(secrets)];
    others.seen(secrets, secretOf('token', 1), 'watch');
    others.gone(secrets, { ...byName, uid: 'uid-token' }, '2');

    expect(first[0]?.origin).toBe('absent/1767225600000');
    expect([asked, [...others.known(secrets)]]).toEqual([[], [byName]]);
  });

  it('wakes nobody who gets an event anyway', () => {
    refer('v', 'token');
    pending.add(nodeOf(vault.resource, { namespace: 'team', name: 'v' }));

    expect(others.gone(secrets, byName)).toEqual([]);
  });

  it('is asked for where it is looked for alone: of the namespace, the resource, the label', () => {
    refer('v', 'token');
    refer('w', 'foreign', 'elsewhere');
    tracker.seen(plane, objectOf(plane, 'p', { spec: { vault: 'none' } }), 'watch');
    const labelled = { ...secrets, labelSelector: 'a' };
    const maps = { resource: configMapResource };

    expect([...others.known(secrets, 'team')]).toEqual([byName]);
    expect([...others.known(labelled), ...others.known(maps)]).toEqual([]);
  });
});

describe('what is watched beside the kinds', () => {
  const wake = (labelSelector?: string) => ({
    ...vault,
    wakes: [{ resource: secretResource, targets: () => [], ...(labelSelector === undefined ? {} : { labelSelector }) }],
  });

  it.each([
    { reason: 'nothing', kinds: [plane], expected: [] },
    { reason: 'one label', kinds: [wake('a'), wake('a')], expected: ['a'] },
    { reason: 'each label by itself', kinds: [wake('a'), wake('b')], expected: ['a', 'b'] },
    { reason: 'all, where one kind wants all', kinds: [wake('a'), wake()], expected: [undefined] },
  ])('$reason', ({ kinds, expected }) => {
    expect(otherResources(kinds).map(({ labelSelector }) => labelSelector)).toEqual(expected);
  });
});
