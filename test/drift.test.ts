import { describe, expect, it } from 'vitest';
import { annotate, change, first, found, object, resourceOf, simple, worldForEach } from './drift/scene.ts';
import { checkDrift, type Drift } from './drift.ts';
import type { World } from './world.ts';

/* What a drift check finds, and what it makes of answers that can not be trusted. */

let world: World;
worldForEach(simple, (one) => {
  world = one;
});

describe('what can not be trusted', () => {
  const isMe = (path: string) => path.endsWith('/organizations/me');

  it('an organisation that changed under the token: nothing is found, nothing repaired', async () => {
    await change(world, 'KongService', await first(world, 'KongService'), { host: 'elsewhere.example' });
    world.konnect.setFault(({ path }) => (isMe(path) ? { status: 200, body: { id: 'another' } } : undefined));

    const drift = await checkDrift(world);

    expect(found(drift)).toEqual([]);
    expect(drift.events).toEqual([]);
    expect(drift.report.problems[0]?.message).toContain('is one of another now');
  });

  it('another server that the auth configuration leads to by now: nothing is repaired', async () => {
    const name = await first(world, 'KonnectAPIAuthConfiguration');
    const resource = resourceOf('KonnectAPIAuthConfiguration');
    const { spec } = await object(world, 'KonnectAPIAuthConfiguration', name);
    const key = { namespace: world.namespace, name };
    await world.admin.patch(resource, key, { metadata: { finalizers: null } });
    await world.admin.delete(resource, key);
    await world.admin.create(resource, { metadata: key, spec: { ...Object(spec), serverURL: 'au.api.konghq.com' } });
    await world.settle();

    const drift = await checkDrift(world);

    expect(drift.events).toEqual([]);
    expect(drift.report.problems.map(({ message }) => message)).toContainEqual(expect.stringMatching(/was made on/));
  });

  it('an empty list of what is there: the kind is left alone, and said so', async () => {
    world.konnect.setFault(({ path, method }) =>
      method === 'GET' && path.endsWith('/core-entities/services')
        ? { status: 200, body: { data: [], offset: null } }
        : undefined,
    );

    const drift = await checkDrift(world);

    expect(drift.events).toEqual([]);
    expect(drift.report.problems).toMatchObject([
      { kind: 'KongService', message: expect.stringContaining('lacks entities') },
    ]);
  });

  it('a list that fails: the other kinds are checked', async () => {
    const name = await first(world, 'KongUpstream');
    await change(world, 'KongUpstream', name, { tags: ['by-hand'] });
    world.konnect.setFault(({ path, method }) =>
      method === 'GET' && path.endsWith('/core-entities/services') ? { status: 503 } : undefined,
    );

    const drift = await checkDrift(world);

    expect(found(drift)).toEqual([`different KongUpstream ${name}`]);
    expect(new Set(drift.report.problems.map(({ kind }) => kind))).toEqual(new Set(['KongService']));
  });
});

describe('the policy', () => {
  it.each([
    ['ignore', []],
    ['report', ['report false']],
    ['repair', ['repair true']],
    ['no such policy', ['repair true']],
  ])('%s of an object, or of its namespace', async (policy, expected) => {
    const name = await first(world, 'KongService');
    await change(world, 'KongService', name, { host: 'elsewhere.example' });
    const said = ({ report }: Drift) => report.findings.map((one) => `${one.policy} ${one.sent}`);

    await annotate(world, 'Namespace', world.namespace, { 'konnect-reconciler.io/drift-policy': policy });
    expect(said(await checkDrift(world))).toEqual(expected);

    await annotate(world, 'Namespace', world.namespace, { 'konnect-reconciler.io/drift-policy': 'report' });
    await annotate(world, 'KongService', name, { 'konnect-reconciler.io/drift-policy': policy });
    const own = policy === 'no such policy' ? ['report false'] : expected;
    expect(said(await checkDrift(world))).toEqual(own);
  });

  it('of a paused object is to leave it alone', async () => {
    const name = await first(world, 'KongService');
    await change(world, 'KongService', name, { host: 'elsewhere.example' });
    await annotate(world, 'KongService', name, { 'konnect-reconciler.io/paused': 'true' });

    expect(found(await checkDrift(world))).toEqual([]);
  });
});
