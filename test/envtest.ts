import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/*
 * Runs the contract and the journeys against a real kube-apiserver and etcd, whose binaries are in the folder that
 * KUBEBUILDER_ASSETS names. Without it there is nothing to run them against, which is no failure.
 */

const root = join(import.meta.dirname, '..');

if (process.env['KUBEBUILDER_ASSETS'] === undefined) {
  console.log('KUBEBUILDER_ASSETS is not set: the tests against a real API server are left out.');
  console.log('Set it to a folder with kube-apiserver and etcd, as `setup-envtest use -p path` prints one.');
} else {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', 'test/contract', 'test/journey', ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, TEST_API_SERVER: 'real' },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  process.exitCode = typeof code === 'number' ? code : 1;
}
