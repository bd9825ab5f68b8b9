import { describe, expect, it } from 'vitest';
import {
  conditionText,
  controlPlane,
  controlPlaneKind,
  forget,
  group,
  key,
  konnectCalls,
  settle,
  withAuth,
} from '../../../test/memory/manifests.ts';
import { organizationId, type Stage, startStage } from '../../../test/memory/stage.ts';
import { statusText } from '../../engine/objects.ts';

const { resource } = controlPlaneKind;
const replace = 'PUT /v2/control-planes/{id}/group-memberships';

const reconcile = (stage: Stage, options = {}) => stage.reconcile(controlPlaneKind, 'all', options);
const idOf = (stage: Stage, name: string): string => statusText(stage.object(controlPlaneKind, name), 'id') ?? '';
const membersOf = (stage: Stage) => stage.konnect.members(idOf(stage, 'all')).toSorted();
const condition = (stage: Stage, type: string) => conditionText(stage.object(controlPlaneKind, 'all'), type);

/** Two control planes in Konnect, and a group of them that nobody has looked at. */
async function fresh(members: readonly string[] = ['cp-a', 'cp-b']): Promise<Stage> {
  const stage = await startStage();
  await withAuth(stage);
  for (const name of ['cp-a', 'cp-b']) {
    stage.cluster.user.apply(resource, controlPlane(name));
    await settle(stage, controlPlaneKind, name);
  }
  stage.cluster.user.apply(resource, group('all', members));
  return stage;
}

async function complete(): Promise<Stage> {
  const stage = await fresh();
  await settle(stage, controlPlaneKind, 'all');
  return stage;
}

describe('members of a group', () => {
  it('are sent together, once', async () => {
    await using stage = await fresh();

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(membersOf(stage)).toEqual([idOf(stage, 'cp-a'), idOf(stage, 'cp-b')].sort());
    expect(condition(stage, 'MembersReferenceResolved')).toBe('True Resolved');
    expect(konnectCalls(stage).filter((call) => call === replace)).toHaveLength(1);
    forget(stage);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.konnect.requests).toEqual([]);
  });

  it('named twice are members once', async () => {
    await using stage = await fresh(['cp-a', 'cp-a', 'cp-b']);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(membersOf(stage)).toHaveLength(2);
  });

  it('are none in an empty group', async () => {
    await using stage = await fresh([]);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(membersOf(stage)).toEqual([]);
    expect(konnectCalls(stage)).not.toContain(replace);
  });

  it('taken out of the object leave the group in Konnect', async () => {
    await using stage = await complete();
    stage.cluster.user.edit(resource, key('all'), { spec: { members: [{ name: 'cp-b' }] } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(membersOf(stage)).toEqual([idOf(stage, 'cp-b')]);
    stage.cluster.user.edit(resource, key('all'), { spec: { members: null } });
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(membersOf(stage)).toEqual([]);
  });

  it('T53 with one missing are not sent at all, and the missing one is named', async () => {
    await using stage = await fresh(['cp-a', 'cp-b', 'cp-c']);

    expect((await reconcile(stage)).is).toBe('wait');

    expect(membersOf(stage)).toEqual([]);
    expect(condition(stage, 'MembersReferenceResolved')).toMatch(
      /^False SomeMemberNotResolved: .*team\/cp-c does not exist/,
    );
    expect(condition(stage, 'Programmed')).toMatch(/^False FailedToSetControlPlaneGroupMembers: .*team\/cp-c/);
    stage.cluster.user.apply(resource, controlPlane('cp-c'));
    expect((await reconcile(stage, { cause: 'dependency' })).is).toBe('wait');
    expect(condition(stage, 'MembersReferenceResolved')).toMatch(/has no Konnect id yet/);
    await settle(stage, controlPlaneKind, 'cp-c');
    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(membersOf(stage)).toHaveLength(3);
    expect(condition(stage, 'Programmed')).toBe('True Programmed');
  });

  it('T53 a member that is deleted shortens no list that is complete', async () => {
    await using stage = await complete();
    stage.cluster.user.remove(resource, key('cp-a'));

    expect((await reconcile(stage, { cause: 'dependency' })).is).toBe('wait');

    expect(membersOf(stage)).toHaveLength(2);
    expect(condition(stage, 'MembersReferenceResolved')).toMatch(/team\/cp-a is being deleted/);
    await settle(stage, controlPlaneKind, 'cp-a');
    expect((await reconcile(stage, { cause: 'dependency' })).is).toBe('wait');
    expect(condition(stage, 'MembersReferenceResolved')).toMatch(/team\/cp-a does not exist/);
    expect(stage.konnect.requests.some(({ method }) => method === 'PUT')).toBe(false);
  });

  it.each(['CLUSTER_TYPE_CONTROL_PLANE_GROUP', 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER'])(
    'T54 of type %s are refused by name',
    async (type) => {
      await using stage = await fresh(['cp-a', 'odd']);
      stage.cluster.user.apply(resource, controlPlane('odd', { cluster_type: type }));
      await settle(stage, controlPlaneKind, 'odd');

      expect((await reconcile(stage)).is).toBe('wait');

      expect(condition(stage, 'MembersReferenceResolved')).toContain(`team/odd is of type ${type}`);
      expect(membersOf(stage)).toEqual([]);
    },
  );

  it('changed in Konnect are put right when somebody looks', async () => {
    await using stage = await complete();
    stage.konnect.setMembers(idOf(stage, 'all'), [idOf(stage, 'cp-a')]);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(membersOf(stage)).toHaveLength(1);

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(membersOf(stage)).toHaveLength(2);
    forget(stage);
    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });
    expect(stage.konnect.writes).toBe(0);
  });

  it('T31 made again in Konnect are exchanged for their successors', async () => {
    await using stage = await complete();
    stage.konnect.removeControlPlane(idOf(stage, 'cp-a'));
    await stage.reconcile(controlPlaneKind, 'cp-a', { cause: 'drift' });
    expect(membersOf(stage)).toEqual([idOf(stage, 'cp-b')]);

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(membersOf(stage)).toEqual([idOf(stage, 'cp-a'), idOf(stage, 'cp-b')].sort());
  });

  it('more than one page of them are compared as a whole', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const names = Array.from({ length: 40 }, (_, index) => `m${index}`);
    const planes = names.map((name) => stage.konnect.createControlPlane(organizationId, { name }, 'eu'));
    for (const [index, name] of names.entries()) {
      stage.cluster.user.apply(resource, controlPlane(name));
      stage.cluster.user.editStatus(resource, key(name), { id: planes[index]?.id ?? '' });
    }
    stage.cluster.user.apply(resource, group('all', names));
    await settle(stage, controlPlaneKind, 'all');

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(membersOf(stage)).toHaveLength(40);
    expect(stage.konnect.writes).toBe(0);
  });
});

describe('trouble with the members', () => {
  it('at their creation is said, and does not keep the group from its id', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? { status: 503 } : undefined));

    expect((await reconcile(stage)).is).toBe('retry');

    expect(idOf(stage, 'all')).not.toBe('');
    expect(condition(stage, 'MembersReferenceResolved')).toMatch(/^False SetGroupMemberFailed: .*503/);
    expect(condition(stage, 'Programmed')).toMatch(/^False FailedToSetControlPlaneGroupMembers: /);
    stage.konnect.setFault(undefined);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(membersOf(stage)).toHaveLength(2);
  });

  it.each(['dependency', 'drift'] as const)('T41 at a look for %s unsays nothing that was so', async (cause) => {
    await using stage = await complete();
    const before = stage.object(controlPlaneKind, 'all');
    stage.konnect.setFault(({ path }) => (path.includes('group-memberships') ? { status: 503 } : undefined));

    expect((await reconcile(stage, { cause })).is).toBe('retry');

    expect(stage.object(controlPlaneKind, 'all')).toBe(before);
  });

  it.each([
    { status: 403, reason: 'permission' },
    { status: 400, reason: 'a wrong request' },
  ])('that only a person can end ($reason) is told as such', async ({ status }) => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? { status } : undefined));

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(condition(stage, 'Programmed')).toMatch(/^False FailedToSetControlPlaneGroupMembers: /);
    expect(condition(stage, 'MembersReferenceResolved')).toMatch(/^False SetGroupMemberFailed: /);
  });

  it('a lost reply changes nothing: they are as they should be', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? 'reset-after' : undefined));
    expect((await reconcile(stage)).is).toBe('retry');
    stage.konnect.setFault(undefined);
    forget(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.writes).toBe(0);
    expect(condition(stage, 'Programmed')).toBe('True Programmed');
  });
});
