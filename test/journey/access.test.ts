import { expect, it } from 'vitest';
import { createAdmin } from '../../infra/local/admin.ts';
import { startCluster } from '../../infra/local/cluster.ts';
import { functionUser } from '../../infra/local/deployment.ts';
import { secretResource } from '../../lib/engine/objects.ts';
import { accessProblems } from './access.ts';

/* Every journey ends with `accessProblems`. Here it is shown to find what it looks for. */

it('finds a call that was denied', async () => {
  const { kubernetes, admin, kubeconfigOf } = await startCluster({ crds: [] });
  const function_ = createAdmin(kubeconfigOf(functionUser('control-plane')));
  await expect(function_.list(secretResource)).rejects.toThrow(/is forbidden/);

  const found = accessProblems(kubernetes?.requests ?? []);

  await Promise.all([function_.close(), admin.close()]);
  await kubernetes?.stop();
  expect(found).toEqual([{ user: functionUser('control-plane'), call: 'list secrets', why: 'denied' }]);
});

const call = {
  user: functionUser('auth'),
  verb: 'get',
  group: '',
  version: 'v1',
  resource: 'secrets',
  path: '/api/v1/namespaces/default/secrets/token',
  dryRun: false,
  at: 0,
  status: 200,
};

it('finds a call that was let through and that no role of ours grants', () => {
  expect(accessProblems([{ ...call, verb: 'delete' }])).toEqual([
    { user: functionUser('auth'), call: 'delete secrets', why: 'not granted' },
  ]);
  expect(accessProblems([{ ...call, group: 'apps' }])).toHaveLength(1);
  expect(accessProblems([{ ...call, subresource: 'status' }])).toHaveLength(1);
});

it('passes over what is granted, and over what others do', () => {
  expect(accessProblems([call, { ...call, user: 'kubernetes-admin', verb: 'delete' }])).toEqual([]);
});
