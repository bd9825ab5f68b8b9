import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Observed, plan, refusal } from './plan.ts';

const uid = 'mine';
const differs = [{ path: 'name', desired: 'a', observed: 'b' }];
const ours: Observed = { entity: { id: 'e1' }, ownerUid: uid, differences: [] };

describe('plan', () => {
  it.each([
    { reason: 'nothing is there', observed: [], wanted: { do: 'create' } },
    { reason: 'ours is as it should be', observed: [ours], wanted: { do: 'nothing', entity: { id: 'e1' } } },
    {
      reason: 'ours differs',
      observed: [{ ...ours, differences: differs }],
      wanted: { do: 'update', entity: { id: 'e1' }, differences: differs },
    },
    { reason: "somebody else's is left alone", observed: [{ ...ours, ownerUid: 'theirs' }], wanted: { do: 'refuse' } },
    { reason: "nobody's is left alone", observed: [{ ...ours, ownerUid: undefined }], wanted: { do: 'refuse' } },
    {
      reason: 'two are for a person to sort out',
      observed: [ours, { ...ours, entity: { id: 'e2' } }],
      wanted: { do: 'refuse' },
    },
  ])('$reason', ({ observed, wanted }) => {
    expect(plan(uid, observed)).toMatchObject(wanted);
  });

  it('names both of two entities, and the owner of a foreign one', () => {
    const two = plan(uid, [ours, { ...ours, entity: { id: 'e2' } }]);
    const foreign = plan(uid, [{ ...ours, ownerUid: 'theirs' }]);

    expect(two).toMatchObject({ message: expect.stringMatching(/e1.*e2/) });
    expect(foreign).toMatchObject({ message: expect.stringMatching(/e1.*theirs/) });
    expect(refusal({ entity: { id: 'e1' }, ownerUid: undefined })).toContain('no Kubernetes object');
  });

  it('never changes what does not carry the uid', () => {
    const observed = fc.record({
      entity: fc.record({ id: fc.string() }),
      ownerUid: fc.option(fc.constantFrom('mine', 'theirs'), { nil: undefined }),
      differences: fc.constantFrom([], differs),
    });
    fc.assert(
      fc.property(fc.array(observed), (found) => {
        const planned = plan(uid, found);
        if (found.some(({ ownerUid }) => ownerUid !== uid)) expect(planned.do).toBe('refuse');
      }),
    );
  });
});
