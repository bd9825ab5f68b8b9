import { describe, expect, it } from 'vitest';
import { edit, programmed, programmedStage, reconcile } from '../../../test/memory/control-plane.ts';
import { conditionText, controlPlane, controlPlaneKind, key, remotePlanes } from '../../../test/memory/manifests.ts';
import type { Stage } from '../../../test/memory/stage.ts';

/* A name that the control plane `cp` has in Konnect, and `heir` is to get. */

const { resource } = controlPlaneKind;
const heir = (stage: Stage) => stage.reconcile(controlPlaneKind, 'heir');
const told = (stage: Stage) => conditionText(stage.object(controlPlaneKind, 'heir'), 'Programmed');
const names = (stage: Stage) => remotePlanes(stage).map(({ name }) => name);

describe.each([
  ['a new control plane', { name: 'cp' }, 'FailedToCreate'],
  ['one that is renamed', { name: 'heir' }, 'FailedToUpdate'],
])('a name that %s is to get', (_, { name }, reason) => {
  async function contested(): Promise<Stage> {
    const stage = await programmedStage();
    stage.cluster.user.apply(resource, controlPlane('heir', { name }));
    if (name === 'cp') return stage;
    await heir(stage);
    stage.cluster.user.edit(resource, key('heir'), { spec: { name: 'cp' } });
    return stage;
  }

  it.each<{ why: string; says: RegExp; prepare: (stage: Stage) => unknown }>([
    {
      why: 'is being deleted',
      says: /which is being deleted: this is tried again/,
      prepare: (stage) => stage.cluster.user.remove(resource, key('cp')),
    },
    {
      why: 'was renamed',
      says: /whose last change is not in Konnect yet: this is tried again/,
      prepare: (stage) => edit(stage, { spec: { name: 'store' } }),
    },
  ])('T66 is tried again where its holder $why, and that is told', async ({ says, prepare }) => {
    await using stage = await contested();
    prepare(stage);

    expect(await heir(stage)).toMatchObject({ is: 'retry' });

    expect(told(stage)).toMatch(says);
    expect(told(stage).startsWith(`False ${reason}: `)).toBe(true);
    expect(told(stage)).toContain('(KonnectGatewayControlPlane team/cp of cluster blue)');
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(await heir(stage)).toEqual({ is: 'done' });
    expect(told(stage)).toBe('True Programmed');
    expect(names(stage)).toContain('cp');
  });

  it('T66 is told once where its holder stays', async () => {
    await using stage = await contested();
    const before = names(stage);

    expect(await heir(stage)).toMatchObject({ is: 'terminal' });

    expect(told(stage)).toMatch(/\(KonnectGatewayControlPlane team\/cp of cluster blue\): change what both would have/);
    expect(programmed(stage)).toBe('True Programmed');
    expect(names(stage)).toEqual(before);
  });
});
