import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { belonging, type Observed, plan, refusal } from './plan.ts';

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
    {
      reason: 'ours differs in what can not be changed',
      observed: [{ ...ours, differences: differs, frozen: 'make it anew' }],
      wanted: { do: 'refuse', because: 'frozen', message: 'make it anew' },
    },
    {
      reason: "somebody else's is left alone, frozen or not",
      observed: [{ ...ours, ownerUid: 'theirs', frozen: 'make it anew' }],
      wanted: { do: 'refuse', because: 'owner' },
    },
    {
      reason: "nobody's is left alone",
      observed: [{ ...ours, ownerUid: undefined }],
      wanted: { do: 'refuse', because: 'owner' },
    },
    {
      reason: 'two are for a person to sort out',
      observed: [ours, { ...ours, entity: { id: 'e2' } }],
      wanted: { do: 'refuse', because: 'owner' },
    },
  ])('$reason', ({ observed, wanted }) => {
    expect(plan(uid, observed)).toMatchObject(wanted);
  });

  it('names both of two entities, and the owner of a foreign one', () => {
    const two = plan(uid, [ours, { ...ours, entity: { id: 'e2' } }]);
    const foreign = plan(uid, [{ ...ours, ownerUid: 'theirs' }]);

    expect(two).toMatchObject({ message: expect.stringMatching(/^2 entities .* \(e1, e2\): delete all but one/) });
    expect(foreign).toMatchObject({ message: expect.stringMatching(/e1 .* uid theirs: change .* or delete/) });
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

describe('whose an entity is', () => {
  const tags = ['k8s-kind:Shop', 'k8s-name:one', 'k8s-namespace:team'];

  it.each([
    { reason: 'nobody', found: { entity: { id: 'e1' }, ownerUid: undefined }, owner: 'no Kubernetes object' },
    { reason: 'a uid', found: { entity: { id: 'e1' }, ownerUid: 'theirs' }, owner: 'the object with uid theirs' },
    {
      reason: 'an object that its tags name',
      found: { entity: { id: 'e1', tags }, ownerUid: 'theirs' },
      owner: 'the object with uid theirs (Shop team/one)',
    },
  ])('is told with the entity: $reason', ({ found, owner }) => {
    expect(belonging(found)).toBe(`the entity e1 in Konnect belongs to ${owner}`);
    expect(refusal(found)).toMatch(/: change what both would have, or delete that entity$/);
  });
});
