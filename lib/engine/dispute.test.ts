import { expect, it } from 'vitest';
import type { Kind } from '../kinds/define.ts';
import { prevails } from './dispute.ts';
import type { KubernetesObject } from './objects.ts';
import type { Run } from './run.ts';

function shop(name: string, says: number): KubernetesObject {
  const metadata = { name, namespace: 'team', uid: `uid-${name}`, resourceVersion: '1' };
  return { apiVersion: 'g/v1', kind: 'Shop', metadata, spec: says };
}

/** Whether an object that says so much of an entity prevails over others. */
function against(own: number, ...others: readonly number[]): Promise<boolean> {
  const object = shop('me', own);
  const all = [...others.map((says, nth) => shop(`shop-${nth}`, says)), object];
  const run = { object, kind: {} as Kind, cluster: { list: async () => all } } as unknown as Run;
  return prevails(run, 'entity-1', ({ spec }) => Number(spec));
}

it.each([
  { own: 1, others: [], expected: true },
  { own: 2, others: [1, 0], expected: true },
  { own: 1, others: [0, 2], expected: false },
  { own: 1, others: [1, 2], expected: false },
  { own: 0, others: [1], expected: false },
  { own: 0, others: [0, 0], expected: true },
])('who says $own of an entity prevails over others who say $others: $expected', async ({ own, others, expected }) => {
  expect(await against(own, ...others)).toBe(expected);
});

it('neither is believed where another says as much, and that one is named', async () => {
  await expect(against(2, 1, 2)).rejects.toMatchObject({
    reason: 'OwnershipConflict',
    message: expect.stringMatching(/^Shop team\/shop-1 says of the entity entity-1 in Konnect as well .*: retain$/),
  });
});
