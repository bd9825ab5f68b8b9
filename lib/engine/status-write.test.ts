import { describe, expect, it } from 'vitest';
import type { Kind } from '../kinds/define.ts';
import { ClusterError } from './errors.ts';
import type { KubernetesObject } from './objects.ts';
import { createReport } from './report.ts';
import type { Run } from './run.ts';
import { writeStatus } from './status.ts';

const resource = { group: 'g', version: 'v1', kind: 'Shop', plural: 'shops', namespaced: true };
const conflict = new ClusterError('changed', { status: 409 });

function objectOf(resourceVersion: string, uid = 'u'): KubernetesObject {
  const metadata = { name: 'one', namespace: 'team', uid, resourceVersion, generation: 3 };
  return { apiVersion: 'g/v1', kind: 'Shop', metadata };
}

/** A run whose patches are answered in turn, errors thrown, and whose object is `fresh` when it is read again. */
function runWith(answers: readonly (KubernetesObject | Error)[], fresh?: KubernetesObject, changes = true) {
  const calls: unknown[] = [];
  const left = [...answers];
  const report = createReport();
  if (changes) report.status({ id: 'a' });
  const cluster = {
    async patch(...call: readonly unknown[]) {
      calls.push(call);
      const answer = left.shift();
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    async get(...call: readonly unknown[]) {
      calls.push(call);
      return fresh;
    },
  };
  const kind = { resource, mainCondition: 'Programmed' } as unknown as Kind;
  const clock = { now: () => new Date(0) };
  return { run: { object: objectOf('1'), kind, cluster, report, clock } as unknown as Run, calls };
}

const key = { namespace: 'team', name: 'one' };
const patchAt = (resourceVersion: string) => [
  resource,
  key,
  { metadata: { resourceVersion }, status: { id: 'a' } },
  { subresource: 'status' },
];

describe('writing a status', () => {
  it('is one patch of the version that was looked at, and the run has the object as it is then', async () => {
    const { run, calls } = runWith([objectOf('2')]);

    await writeStatus(run);

    expect(calls).toEqual([patchAt('1')]);
    expect(run.object.metadata.resourceVersion).toBe('2');
  });

  it('T12 is no call where there is nothing to say', async () => {
    const { run, calls } = runWith([], undefined, false);

    await writeStatus(run);

    expect(calls).toEqual([]);
  });

  it('reads once more where the object has changed meanwhile, and patches that version', async () => {
    const { run, calls } = runWith([conflict, objectOf('6')], objectOf('5'));

    await writeStatus(run);

    expect(calls).toEqual([patchAt('1'), [resource, key], patchAt('5')]);
  });

  it.each([
    { what: 'is gone', fresh: undefined },
    { what: 'is another one of that name', fresh: objectOf('5', 'another') },
  ])('is over where the object $what', async ({ fresh }) => {
    const { run, calls } = runWith([conflict], fresh);

    await writeStatus(run);

    expect(calls).toEqual([patchAt('1'), [resource, key]]);
  });

  it('is given up for now where it changes faster than anybody can write', async () => {
    const { run } = runWith([conflict, conflict], objectOf('5'));

    await expect(writeStatus(run)).rejects.toMatchObject({
      name: 'ClusterError',
      message: 'the object changes faster than its status can be patched',
      status: 409,
      reason: 'Conflict',
    });
  });

  it('is over where the object is gone by then', async () => {
    const { run, calls } = runWith([new ClusterError('none', { status: 404 })]);

    await writeStatus(run);

    expect(calls).toHaveLength(1);
  });

  it.each([new ClusterError('away', { status: 503 }), new TypeError('a mistake of ours')])(
    'fails as its call does: %s',
    async (error) => {
      const { run, calls } = runWith([error], objectOf('5'));

      await expect(writeStatus(run)).rejects.toBe(error);
      expect(calls).toHaveLength(1);
    },
  );
});
