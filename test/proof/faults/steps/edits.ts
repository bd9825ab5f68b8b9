import { expect } from 'vitest';
import { conditionsOf, type KubernetesObject, keyOf } from '../../../../lib/engine/objects.ts';
import { editOf, firstOf, missing, undoing } from '../../../contract/scene.ts';
import { firstSpec } from './own.ts';
import type { Setting, Step } from './step.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An edit, and its undoing. */
export function editSteps(setting: Setting): readonly Step[] {
  const { world, kind } = setting;
  const edit = editOf(kind);
  if (edit === undefined) return renamingSteps(setting);
  let before: KubernetesObject | undefined;
  return [
    {
      operation: 'update',
      detour: 'update',
      async act() {
        before = await firstOf(world, kind);
        await world.admin.patch(kind.resource, keyOf(before), edit);
      },
    },
    {
      operation: 'update-back',
      detour: 'update',
      tried: false,
      act: async () => void (await world.admin.patch(kind.resource, keyOf(before ?? missing()), undoing(edit, before))),
    },
  ];
}

/** Of what the API server lets nobody edit while it is programmed, Konnect lets the name be changed, where it has one. */
function renamingSteps(setting: Setting): readonly Step[] {
  const { name } = firstSpec(setting);
  if (typeof name !== 'string') return [];
  return [
    { operation: 'update', detour: 'update', act: () => editUnprogrammed(setting, { name: `${name}-renamed` }) },
    { operation: 'update-back', detour: 'update', tried: false, act: () => editUnprogrammed(setting, { name }) },
  ];
}

/** Edits what is fixed while the object is programmed: refused at first, and let through once it is not. */
export async function editUnprogrammed({ world, kind }: Setting, spec: Fields): Promise<void> {
  const { admin } = world;
  const object = await firstOf(world, kind);
  const key = keyOf(object);
  await expect(admin.patch(kind.resource, key, { spec })).rejects.toThrow(/immutable/);
  const conditions = conditionsOf(object).map((condition) =>
    condition.type === kind.mainCondition ? { ...condition, status: 'False', reason: 'FailedToUpdate' } : condition,
  );
  await admin.patch(kind.resource, key, { status: { conditions } }, { subresource: 'status' });
  await admin.patch(kind.resource, key, { spec });
}
