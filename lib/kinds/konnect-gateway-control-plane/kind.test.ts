import { describe, expect, it } from 'vitest';
import {
  edit,
  fresh,
  idOf,
  object,
  programmed,
  programmedStage,
  reconcile,
} from '../../../test/memory/control-plane.ts';
import { controlPlaneKind, forget, key, konnectCalls, remotePlanes, settle } from '../../../test/memory/manifests.ts';
import { conflict } from '../../../test/memory/refusals.ts';
import { organizationId } from '../../../test/memory/stage.ts';
import { finalizer } from '../../engine/names.ts';
import { findCondition } from '../../engine/objects.ts';

const { resource } = controlPlaneKind;

describe('rest', () => {
  it.each(['change', 'dependency', 'resync'] as const)(
    'T11 T12 a %s that changed nothing makes no call and writes nothing',
    async (cause) => {
      await using stage = await programmedStage();
      const before = object(stage);

      expect(await reconcile(stage, { cause })).toEqual({ is: 'done' });

      expect(stage.konnect.requests).toEqual([]);
      expect(stage.cluster.calls.filter((call) => !call.startsWith('get'))).toEqual([]);
      expect(object(stage)).toBe(before);
    },
  );

  it('T11 T14 a closer look reads, and writes nothing where nothing differs', async () => {
    await using stage = await programmedStage();

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}']);
    expect(stage.cluster.calls.filter((call) => !call.startsWith('get'))).toEqual([]);
  });

  it('a finalizer that somebody took off is put back', async () => {
    await using stage = await programmedStage();
    edit(stage, { metadata: { finalizers: null } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(object(stage).metadata.finalizers).toEqual([finalizer]);
    expect(stage.konnect.writes).toBe(0);
  });
});

describe('update', () => {
  it('sends what was edited, once', async () => {
    await using stage = await programmedStage();
    edit(stage, { spec: { description: 'new', labels: { team: 'b' } } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toMatchObject([{ description: 'new', labels: { team: 'b', 'k8s-generation': '2' } }]);
    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}', 'PATCH /v2/control-planes/{id}']);
    expect(findCondition(object(stage), 'Programmed')?.observedGeneration).toBe(2);
  });

  it('T21 undoes what was taken out of the object', async () => {
    await using stage = await fresh({
      description: 'old',
      auth_type: 'pki_client_certs',
      labels: { team: 'a', keep: 'x' },
      proxy_urls: [{ host: 'x.com', port: 443, protocol: 'https' }],
    });
    await settle(stage, controlPlaneKind, 'cp');
    edit(stage, { spec: { description: null, auth_type: null, labels: { team: null }, proxy_urls: null } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    const [plane] = remotePlanes(stage);
    expect(plane).toMatchObject({ description: '', config: { auth_type: 'pinned_client_certs', proxy_urls: [] } });
    expect(Object.keys(plane?.labels ?? {})).not.toContain('team');
    expect(plane?.labels).toMatchObject({ keep: 'x' });
  });

  it('repairs what somebody changed in Konnect, when asked to look', async () => {
    await using stage = await programmedStage();
    stage.konnect.patchControlPlane(idOf(stage), { description: 'by hand' });
    await settle(stage, controlPlaneKind, 'cp');
    expect(remotePlanes(stage)).toMatchObject([{ description: 'by hand' }]);

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toMatchObject([{ description: '' }]);
  });

  it('T66 a new name is given in place', async () => {
    await using stage = await programmedStage();
    const id = idOf(stage);
    edit(stage, { spec: { name: 'renamed' } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toMatchObject([{ id, name: 'renamed' }]);
  });

  it('T66 a new name that is taken is said, without a loop', async () => {
    await using stage = await programmedStage();
    stage.konnect.createControlPlane(organizationId, { name: 'taken' }, 'eu');
    edit(stage, { spec: { name: 'taken' } });

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(programmed(stage)).toMatch(/^False FailedToUpdate: .*409/);
  });

  it("T5 an id in the status that is somebody else's is neither changed nor deleted", async () => {
    await using stage = await programmedStage();
    const own = idOf(stage);
    const { id } = stage.konnect.createControlPlane(
      organizationId,
      { name: 'other', labels: { 'k8s-uid': 'x' } },
      'eu',
    );
    stage.cluster.user.editStatus(resource, key('cp'), { id });
    forget(stage);

    expect(await reconcile(stage, { force: true })).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });
    expect(stage.konnect.writes).toBe(0);
    stage.cluster.user.remove(resource, key('cp'));
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage).map((plane) => plane.id)).toEqual([id]);
    expect(konnectCalls(stage).filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
    expect(stage.konnect.requests.some(({ method, path }) => method === 'DELETE' && path.endsWith(own))).toBe(true);
  });

  it('an edit in the middle is left to the next event, and looks like no failure meanwhile', async () => {
    await using stage = await programmedStage();
    edit(stage, { metadata: { finalizers: null }, spec: { description: 'one' } });
    stage.cluster.intercept(({ verb }, nth) => {
      if (verb === 'patch' && nth < 9) edit(stage, { spec: { description: `edited ${nth}` } });
      return undefined;
    });
    const transitions = findCondition(object(stage), 'Programmed');

    expect(await reconcile(stage)).toMatchObject({ is: 'retry', afterSeconds: 0 });

    expect(stage.konnect.writes).toBe(0);
    expect(findCondition(object(stage), 'Programmed')).toEqual(transitions);
    stage.cluster.intercept(undefined);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(remotePlanes(stage)[0]?.description).toMatch(/^edited/);
  });

  it('T37 an edit during the call to Konnect is not reported as programmed', async () => {
    await using stage = await programmedStage();
    edit(stage, { spec: { description: 'one' } });
    stage.cluster.intercept(({ verb }) => {
      if (verb === 'patch status' && object(stage).metadata.generation === 2)
        edit(stage, { spec: { description: 'two' } });
      return undefined;
    });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(findCondition(object(stage), 'Programmed')).toMatchObject({ status: 'True', observedGeneration: 2 });
    expect(object(stage).metadata.generation).toBe(3);
    await settle(stage, controlPlaneKind, 'cp');
    expect(remotePlanes(stage)).toMatchObject([{ description: 'two' }]);
  });

  it('a status that meets conflicts again and again brings the event back', async () => {
    await using stage = await programmedStage();
    edit(stage, { spec: { description: 'one' } });
    stage.cluster.intercept(({ verb }) => (verb === 'patch status' ? conflict(resource, key('cp')) : undefined));

    expect((await reconcile(stage)).is).toBe('retry');
  });
});
