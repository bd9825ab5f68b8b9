import { describe, expect, it } from 'vitest';
import type { Kind } from '../kinds/define.ts';
import { failingAs, modeOf, notMatching, notThere, owned, refuseAdoptedTwice } from './adoption.ts';
import { KonnectError, Retry, Terminal } from './errors.ts';
import type { KubernetesObject } from './objects.ts';
import { createReport } from './report.ts';
import type { Run } from './run.ts';

const resource = { group: 'g', version: 'v1', kind: 'Shop', plural: 'shops', namespaced: true };
const id = 'entity-1';

interface Made {
  readonly name: string;
  readonly adopts?: string;
  readonly has?: string;
  readonly born?: string;
}

function shop({ name, adopts, has, born = '2026-01-02T00:00:00Z' }: Made): KubernetesObject {
  return {
    apiVersion: 'g/v1',
    kind: 'Shop',
    metadata: { name, namespace: 'team', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: born },
    spec: adopts === undefined ? {} : { adopt: { konnect: { id: adopts }, mode: 'match' } },
    ...(has === undefined
      ? {}
      : {
          status: {
            konnect: { id: has, controlPlaneID: 'cp', organizationID: 'org', serverURL: 'https://us.api.konghq.com' },
          },
        }),
  };
}

const me = shop({ name: 'me', adopts: id });

function runAmong(...others: readonly KubernetesObject[]) {
  const report = createReport();
  const cluster = { list: async () => [me, ...others] };
  return { run: { object: me, kind: { resource } as Kind, cluster, report } as unknown as Run, report };
}

describe('an entity that is adopted as it is', () => {
  const older = '2026-01-01T00:00:00Z';

  it.each([
    { why: 'nobody else says a word of it', others: [shop({ name: 'a' })] },
    {
      why: 'others adopt and have other ones',
      others: [shop({ name: 'a', adopts: 'x', born: older }), shop({ name: 'b', has: 'y' })],
    },
    {
      why: 'a younger one wishes for it as well',
      others: [shop({ name: 'a', adopts: id, born: '2026-01-03T00:00:00Z' })],
    },
    { why: 'one as old, but later in the order of uids, wishes for it', others: [shop({ name: 'you', adopts: id })] },
    {
      why: 'an older one that wished for it has another by now',
      others: [shop({ name: 'a', adopts: id, has: 'x', born: older })],
    },
    { why: 'an older one wishes for another', others: [shop({ name: 'a', adopts: 'x', born: older })] },
  ])('is ours where $why', async ({ others }) => {
    const { run, report } = runAmong(...others);
    await refuseAdoptedTwice(run, id);
    expect(report.facts).toEqual([]);
  });

  it.each([
    { why: 'has it', other: shop({ name: 'a', has: id }) },
    { why: 'was there first with the same wish', other: shop({ name: 'a', adopts: id, born: older }) },
    { why: 'is as old, and earlier in the order of uids', other: shop({ name: 'a', adopts: id }) },
  ])('is not ours where another $why', async ({ other }) => {
    const { run, report } = runAmong(shop({ name: 'nobody' }), other);
    const message = `the entity ${id} in Konnect is that of Shop team/a already: one object alone can have it`;

    await expect(refuseAdoptedTwice(run, id)).rejects.toMatchObject({
      name: 'Terminal',
      message,
      reason: 'UIDConflict',
    });
    expect(report.facts).toEqual([{ type: 'Adopted', status: 'False', reason: 'UIDConflict', message }]);
  });

  it('is not ours where the kind knows otherwise that another has it', async () => {
    const { run } = runAmong(shop({ name: 'a' }));
    await expect(refuseAdoptedTwice(run, id, ({ metadata }) => metadata.name === 'a')).rejects.toThrow(
      'team/a already',
    );
  });

  it('is not asked of the object itself', async () => {
    const { run } = runAmong();
    await refuseAdoptedTwice(run, id, () => true);
  });
});

describe('a refusal', () => {
  it.each([
    {
      reason: 'FetchFailed',
      make: (run: Run) => notThere(run, id, 'the control plane'),
      says: /^there is no entity entity-1 in the control plane: correct spec\.adopt/,
    },
    {
      reason: 'NotMatch',
      make: (run: Run) => notMatching(run, id, [{ path: 'a' }, { path: 'b.c' }]),
      says: /in a, b\.c: change the object to match it/,
    },
    {
      reason: 'UIDConflict',
      make: (run: Run) => owned(run, id, 'u-2'),
      says: /^the entity entity-1 in Konnect belongs to the object with uid u-2$/,
    },
  ])('with $reason is told in the condition as well', ({ reason, make, says }) => {
    const { run, report } = runAmong();
    const error = make(run);
    expect(error).toBeInstanceOf(Terminal);
    expect(error.message).toMatch(says);
    expect(error.reason).toBe(reason);
    expect(report.facts).toEqual([{ type: 'Adopted', status: 'False', reason, message: error.message }]);
  });
});

describe('a failure while adopting', () => {
  it.each([
    {
      what: 'that stays is a refusal',
      error: new KonnectError('no', { failure: 'invalid' }),
      thrown: { name: 'Terminal', message: 'no', reason: 'FetchFailed' },
    },
    {
      what: 'that may pass is itself',
      error: new KonnectError('later', { failure: 'unavailable' }),
      thrown: { name: 'KonnectError', message: 'later' },
    },
    {
      what: 'that has its reason keeps it',
      error: new Terminal('mine', { reason: 'Mine' }),
      thrown: { name: 'Terminal', message: 'mine', reason: 'Mine' },
    },
    { what: 'of ours is itself', error: new Retry('again'), thrown: { name: 'Retry', message: 'again' } },
  ])('$what, and is told', async ({ error, thrown }) => {
    const { run, report } = runAmong();
    const caught: unknown = await failingAs(run, 'FetchFailed', () => Promise.reject(error)).catch((it: unknown) => it);
    expect(caught).toMatchObject(thrown);
    if (caught !== error) expect(caught).toMatchObject({ cause: error });
    expect(report.facts).toEqual([{ type: 'Adopted', status: 'False', reason: 'FetchFailed', message: error.message }]);
  });

  it('is none where the work succeeds', async () => {
    const { run, report } = runAmong();
    expect(await failingAs(run, 'FetchFailed', async () => 7)).toBe(7);
    expect(report.facts).toEqual([]);
  });
});

it.each([
  [me, 'match'],
  [shop({ name: 'a' }), undefined],
  [{ ...me, spec: 'odd' }, undefined],
  [{ ...me, spec: { adopt: 'odd' } }, undefined],
])('the mode of %j is %s', (object, mode) => {
  expect(modeOf(object)).toBe(mode);
});
