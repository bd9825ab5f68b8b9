import { describe, expect, it } from 'vitest';
import { finalizer } from '../engine/names.ts';
import { type KubernetesObject, secretResource } from '../engine/objects.ts';
import { depot, objectOf } from '../forward/fixture.ts';
import { planMigration } from './plan.ts';

const kongs = 'gateway.konghq.com/konnect-cleanup';

function held(name: string, finalizers: readonly string[], more: { programmed?: number; deleting?: true } = {}) {
  return {
    kind: depot,
    object: objectOf(depot, name, { programmed: 1, ...more, metadata: { finalizers: [...finalizers] } }),
  };
}

describe('the plan', () => {
  it("names what goes, and leaves others' finalizers out", () => {
    const plan = planMigration('here', [held('a', [kongs, 'example.com/own']), held('b', ['example.com/own'])]);

    expect(plan.steps).toMatchObject([{ key: { name: 'a' }, finalizers: [kongs] }]);
    expect(plan.blocked).toEqual([]);
  });

  it('of the way back names ours', () => {
    const plan = planMigration('back', [held('a', [kongs, finalizer])]);

    expect(plan.steps).toMatchObject([{ finalizers: [finalizer] }]);
  });

  it('has the Secrets behind the objects', () => {
    const metadata = { name: 's', namespace: 'team', uid: 's', resourceVersion: '1', finalizers: [kongs] };
    const secret: KubernetesObject = { apiVersion: 'v1', kind: 'Secret', metadata };
    const plan = planMigration('here', [held('a', [kongs])], [{ resource: secretResource, object: secret }]);

    expect(plan.steps.map(({ key }) => key.name)).toEqual(['a', 's']);
  });

  it('is blocked by what is being deleted: its entity would be left behind', () => {
    const { blocked } = planMigration('here', [held('a', [kongs], { deleting: true })]);

    expect(blocked).toEqual([expect.stringContaining('Depot team/a is being deleted')]);
  });

  it('warns of what is not programmed', () => {
    const open = objectOf(depot, 'open', { metadata: { finalizers: [kongs] } });
    const condition = { type: depot.mainCondition, status: 'False', reason: 'FailedToCreate' };
    const failed = { ...open, status: { conditions: [condition] } };

    expect(planMigration('here', [{ kind: depot, object: failed }]).warnings).toEqual([
      expect.stringContaining('Depot team/open is not Programmed (FailedToCreate)'),
    ]);
  });
});
