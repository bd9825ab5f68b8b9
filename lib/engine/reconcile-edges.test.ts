import { describe, expect, it } from 'vitest';
import { programmedService, serviceKind } from '../../test/memory/core.ts';
import { authKind, conditionText, controlPlane, controlPlaneKind, key, named } from '../../test/memory/manifests.ts';
import { eventOf, idle, run, staged } from '../../test/memory/runs.ts';
import { startStage } from '../../test/memory/stage.ts';
import type { Kind } from '../kinds/define.ts';
import type { Controller } from './controller.ts';
import { ClusterError, MalformedEvent, Retry, Terminal, Wait } from './errors.ts';
import { finalizer } from './names.ts';
import { reconcile } from './reconcile.ts';

const { resource } = authKind;

function failing(error: Error): Controller {
  return { ...idle, converge: async () => Promise.reject(error) };
}

describe('an event that is none', () => {
  it('says what is wrong with it', async () => {
    await using stage = await staged();
    const verdictOf = async (some: Parameters<typeof eventOf>[0], kind?: Kind) =>
      run(stage, idle, { event: eventOf(some), ...(kind === undefined ? {} : { kind }) });

    expect(await verdictOf({ kind: 'Nothing' })).toEqual({
      is: 'malformed',
      message: `the kind Nothing of group "${resource.group}" is not one this function reconciles`,
    });
    expect(await verdictOf({ namespace: undefined } as never)).toEqual({
      is: 'malformed',
      message: 'a KonnectAPIAuthConfiguration is in a namespace',
    });
    const vault = named('KongVault');
    const { group, version, kind } = vault.resource;
    expect(await verdictOf({ group, version, kind }, vault)).toEqual({
      is: 'malformed',
      message: 'a KongVault is not in a namespace',
    });
    expect(stage.cluster.calls).toEqual([]);
  });

  it('says so where it names a control plane in no namespace', async () => {
    await using stage = await programmedService();
    const { group, version, kind } = serviceKind.resource;
    const event = eventOf({ group, version, kind, ...key('svc'), orphanIn: { name: 'cp' } });

    expect(await reconcile(stage.environment, stage.cluster, event)).toEqual({
      is: 'malformed',
      message: 'orphanIn: a KonnectGatewayControlPlane is in a namespace',
    });
  });
});

describe('an object', () => {
  it('of a kind in no namespace is found by its name', async () => {
    await using stage = await startStage();
    const vault = named('KongVault');
    const { group, version, kind } = vault.resource;
    const seen: unknown[] = [];
    const { namespace: _, ...event } = eventOf({ group, version, kind, name: 'v' });

    expect(
      await run(
        stage,
        { ...idle, vanished: async (gone, ports) => void seen.push(gone, ports) },
        { event, kind: vault },
      ),
    ).toEqual({ is: 'done' });

    expect(seen).toEqual([{ name: 'v' }, { cluster: stage.cluster, tokens: stage.tokens }]);
  });

  it('that does not concern its kind is left alone', async () => {
    await using stage = await staged();
    const kind: Kind = { ...authKind, concerns: () => false };

    expect(await run(stage, failing(new Error('looked at')), { kind })).toEqual({ is: 'done' });
    expect(stage.cluster.calls).toHaveLength(1);
  });
});

describe('an object that others refer to', () => {
  it.each([
    {
      planes: ['a'],
      says: 'still in use by KonnectGatewayControlPlane team/a: delete those first; deletion goes on by itself then',
    },
    {
      planes: ['a', 'b', 'c'],
      says: 'still in use by KonnectGatewayControlPlane team/a, KonnectGatewayControlPlane team/b, KonnectGatewayControlPlane team/c: delete',
    },
    { planes: ['a', 'b', 'c', 'd', 'e'], says: 'KonnectGatewayControlPlane team/c and 2 more: delete' },
  ])('$planes stays and names the first of them', async ({ planes, says }) => {
    await using stage = await staged({ finalizers: [finalizer] });
    for (const one of planes) stage.cluster.user.apply(controlPlaneKind.resource, controlPlane(one));
    stage.cluster.user.remove(resource, key('auth'));
    const kind: Kind = { ...authKind, heldWhileReferenced: true };

    const verdict = await run(stage, idle, { kind, others: [controlPlaneKind] });

    expect(verdict).toMatchObject({ is: 'wait', message: expect.stringContaining(says) });
  });

  it('goes without another word once it is released', async () => {
    await using stage = await staged({ finalizers: [finalizer, 'example.com/theirs'] });
    stage.cluster.user.remove(resource, key('auth'));
    const controller: Controller = { ...idle, release: async ({ report }) => report.status({ organizationID: 'x' }) };

    expect(await run(stage, controller)).toEqual({ is: 'done' });
    expect(stage.object(authKind, 'auth').status).not.toHaveProperty('organizationID');
  });
});

describe('a failure', () => {
  it.each([
    { error: new Retry('later'), warned: [['reconcile failed', { verdict: 'retry', error: expect.any(Retry) }]] },
    { error: new Wait('for x'), warned: [] },
  ])('is logged unless something is only waited for: $error.name', async ({ error, warned }) => {
    await using stage = await staged();
    const warnings: unknown[] = [];
    await run(stage, failing(error), { warnings });
    expect(warnings).toEqual(warned);
  });

  it.each([undefined, new MalformedEvent('not one')])(
    'that is none of the object is not told on it: %s',
    async (error) => {
      await using stage = await staged();
      await run(stage, error === undefined ? idle : failing(error));
      expect(stage.cluster.calls.filter((call) => call.startsWith('patch'))).toEqual([]);
    },
  );

  it('is not worded by a step that had said that all is well', async () => {
    await using stage = await staged();
    const controller: Controller = {
      ...idle,
      async converge({ report }) {
        report.condition({ type: 'APIAuthValid', status: 'True', reason: 'Valid', message: '' });
        throw new Terminal('after all not');
      },
    };
    await run(stage, controller);
    expect(conditionText(stage.object(authKind, 'auth'), 'APIAuthValid')).toBe('False Invalid: after all not');
  });

  it.each([
    { error: new Terminal('bad'), message: 'away; untold: bad' },
    { error: undefined, message: 'away' },
  ])('to write what was found comes back with both: $message', async ({ error, message }) => {
    await using stage = await staged();
    stage.cluster.intercept(({ verb }) =>
      verb.startsWith('patch') ? new ClusterError('away', { status: 503 }) : undefined,
    );
    const controller: Controller = {
      ...idle,
      async converge({ report }) {
        report.status({ organizationID: 'org' });
        if (error !== undefined) throw error;
      },
    };
    expect(await run(stage, controller)).toEqual({ is: 'retry', message });
  });
});
