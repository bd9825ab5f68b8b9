import { describe, expect, it } from 'vitest';
import { authKind, conditionText, key } from '../../test/memory/manifests.ts';
import { eventOf, idle, run, staged } from '../../test/memory/runs.ts';
import { Wait } from './errors.ts';
import { noticed } from './in-sync.ts';
import type { Run } from './run.ts';

const { resource } = authKind;

describe('what is found to be in sync again', () => {
  const drifted = {
    type: 'InSync',
    status: 'False',
    reason: 'Drift',
    message: 'x',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };

  it.each([
    { why: 'is told by a thorough look', cause: 'drift', error: undefined, given: [drifted], says: 'True' },
    { why: 'is not told by a look that was none', cause: 'change', error: undefined, given: [drifted], says: 'False' },
    {
      why: 'is not told where the look failed',
      cause: 'drift',
      error: new Wait('for x'),
      given: [drifted],
      says: 'False',
    },
    { why: 'is not told where it never was out of it', cause: 'drift', error: undefined, given: [], says: undefined },
    {
      why: 'is not told anew',
      cause: 'drift',
      error: undefined,
      given: [{ ...drifted, status: 'True', reason: 'Old' }],
      says: 'True Old',
    },
  ] as const)('$why', async ({ cause, error, given, says }) => {
    await using stage = await staged();
    if (given.length > 0) stage.cluster.user.editStatus(resource, key('auth'), { conditions: given });

    await run(stage, error === undefined ? idle : { ...idle, converge: async () => Promise.reject(error) }, {
      event: eventOf({ cause }),
    });

    const text = conditionText(stage.object(authKind, 'auth'), 'InSync');
    if (says === undefined) expect(text).not.toMatch(/True|False/);
    else expect(text.startsWith(says)).toBe(true);
  });
});

it('what differs is logged by its paths, and told to who asks', () => {
  const said: unknown[] = [];
  const log = { info: (...line: readonly unknown[]) => void said.push(line) };
  const differences = [
    { path: 'host', desired: 'secret-a', observed: 'secret-b' },
    { path: 'port', desired: 1, observed: 2 },
  ];
  const differs = (...told: readonly unknown[]) => void said.push(told);

  noticed({ log, differs } as unknown as Run, 'id-1', differences);

  expect(said).toEqual([
    ['entity differs', { id: 'id-1', paths: ['host', 'port'] }],
    ['id-1', differences],
  ]);
});
