import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { shellLines } from '../../infra/local/demo/shell.ts';
import { applyAndWait } from '../../infra/local/demo/story.ts';
import { clusterSecretPrefix, functionUser, stackName } from '../../infra/local/deployment.ts';
import { clusterName, type Stack, startStack } from '../../infra/local/stack.ts';
import { runCli } from '../../lib/cli/fixture.ts';
import type { Finding } from '../../lib/doctor/finding.ts';
import { bindings, type DefinitionSpec, definitions, findingsIn, kubeconfigOf, of, roles } from './doctor.ts';

/* What a person sees who has sourced the environment of `npm run dev`: first all is well, then less and less is. */

let stack: Stack;
let folder: string;
let environment: Readonly<Record<string, string>>;

const findings = (...args: readonly string[]) => findingsIn(environment, args);

beforeAll(async () => {
  stack = await startStack({ bundles: inject('bundles') });
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  await writeFile(join(folder, 'kubeconfig'), stack.kubeconfig);
  const lines = shellLines(stack, join(folder, 'kubeconfig')).matchAll(/^export (\w+)='(.*)'$/gm);
  environment = Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
  const story = join(import.meta.dirname, '..', '..', 'infra', 'local', 'story.yaml');
  await applyAndWait(stack, await readFile(story, 'utf8'), () => undefined);
});
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('where all is well', () => {
  it('says so in a line for each check, and exits with 0', async () => {
    const { code, stdout } = await runCli(['doctor', '--forwarder-url', stack.forwarder?.url ?? ''], environment);

    expect(stdout).toContain('0 wrong, 0 to look at.');
    expect(code).toBe(0);
    for (const check of [
      'node',
      'aws',
      'clock',
      'queues',
      'cluster access',
      'tokens',
      'cluster',
      'rights',
      'konnect',
    ]) {
      expect(stdout).toMatch(new RegExp(`^✓ ${check} `, 'm'));
    }
    expect(stdout).toMatch(/12 of 12 are there; \d+ events wait, \d+ are being worked on or wait for their next try/);
    expect(stdout).toContain('agrees with AWS');
    expect(stdout).toContain('agrees with the API server');
  });

  it('asks for the rights of a kubeconfig that is to be handed over', async () => {
    const file = join(folder, 'entity');
    await writeFile(file, stack.kubernetes?.kubeconfig(functionUser('entity')) ?? '');

    const own = await findings('--kubeconfig', file, '--as', 'entity');
    const others = await findings('--kubeconfig', file, '--as', 'replay');
    const all = await findings('--kubeconfig', file);

    expect(of('rights', own)).toMatchObject([
      { state: 'fine', message: expect.stringMatching(/^entity \(this kubeconfig\)/) },
    ]);
    expect(of('rights', others)).toMatchObject([{ state: 'wrong', message: expect.stringContaining('may not list') }]);
    expect(of('rights', all)).toMatchObject([{ state: 'unsure', fix: expect.stringContaining('--as') }]);
  });

  it('prints no value of a secret', async () => {
    const { stdout, stderr } = await runCli(['doctor', '--json'], environment);
    expect(stdout + stderr).not.toMatch(/kpat_|BEGIN|client-certificate-data/);
  });
});

describe('where something is missing', () => {
  it('names a queue, and what to do', async () => {
    const sqs = new SQSClient({ ...stack.aws, endpoint: stack.queues.endpoint });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: stack.queues.urls[`${stackName}-drift-dead.fifo`] }));
    sqs.destroy();

    expect(of('queues', await findings())).toMatchObject([
      { state: 'fine', message: expect.stringMatching(/^11 of 12 are there/) },
      { state: 'wrong', message: `not there: ${stackName}-drift-dead.fifo`, fix: expect.stringContaining('deploy') },
    ]);
  });

  it('names the function that has no access to a cluster, with the command that gives it', async () => {
    const secrets = new SecretsManagerClient({ ...stack.aws, endpoint: stack.secrets.url });
    const name = `${clusterSecretPrefix}/replay/${clusterName}`;
    await secrets.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    secrets.destroy();

    expect(of('cluster access', await findings())).toMatchObject([
      {
        state: 'wrong',
        message: `no access to ${clusterName}: replay`,
        fix: expect.stringContaining(`aws secretsmanager create-secret --name ${name} `),
      },
    ]);
  });

  it('names a right, a role and a binding', async () => {
    const role = await stack.admin.get(roles, { name: functionUser('entity') });
    const rules = role?.['rules'] as readonly { readonly verbs: readonly string[] }[];
    await stack.admin.patch(
      roles,
      { name: functionUser('entity') },
      {
        rules: rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'delete') })),
      },
    );
    await stack.admin.delete(roles, { name: functionUser('replay') });
    await stack.admin.delete(bindings, { name: functionUser('extension') });

    const wrong = of('rights', await findings()).filter(({ state }) => state === 'wrong');
    const texts = wrong.map(({ message }) => message);
    expect(texts).toHaveLength(3);
    expect(texts).toContainEqual(expect.stringMatching(/^entity \(group konnect-reconciler-entity\) may not delete /));
    expect(texts).toContain('there is no ClusterRole for replay');
    expect(texts).toContain('nobody is bound to the ClusterRole konnect-reconciler-extension');
  });

  it('names a definition, and fields that one does not have', async () => {
    const name = 'kongvaults.configuration.konghq.com';
    await stack.admin.delete(definitions, { name });
    const services = { name: 'kongservices.configuration.konghq.com' };
    const { spec } = (await stack.admin.get(definitions, services)) as unknown as { readonly spec: DefinitionSpec };
    const without = JSON.parse(JSON.stringify(spec.versions), (key, value: unknown) =>
      key === 'tls_verify_depth' ? undefined : value,
    );
    await stack.admin.patch(definitions, services, { spec: { versions: without } });

    expect(of('definitions', await findings()).filter(({ state }) => state !== 'fine')).toEqual([
      {
        check: 'definitions',
        state: 'unsure',
        message: 'KongService: served without spec.tls_verify_depth',
        fix: 'kubectl apply --server-side --force-conflicts -f infra/cluster/crds/configuration.konghq.com_kongservices.gen.yaml',
      },
      expect.objectContaining({ state: 'wrong', message: expect.stringMatching(/^KongVault: not installed/) }),
    ]);
  });

  it('names a forwarder that is gone, and exits with 1', async () => {
    const url = stack.forwarder?.url ?? '';
    await stack.forwarder?.kill();
    const { code, stdout } = await runCli(['doctor', '--forwarder-url', url], environment);

    expect(code).toBe(1);
    expect(stdout).toContain(`✗ forwarder       ${url} does not answer`);
  });

  it('tells where there is no AWS and no cluster at all', async () => {
    const nowhere = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', KUBECONFIG: join(folder, 'none') };
    const { code, stdout } = await runCli(['doctor', '--json'], nowhere);
    const found = (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings;

    expect(code).toBe(1);
    expect(found.filter(({ state }) => state === 'wrong').map(({ check }) => check)).toEqual([
      'queues',
      'secrets',
      'cluster',
    ]);
  });
});

it('notices that the clock of the API server is another one', async () => {
  const server = createServer((_, response) => {
    response.setHeader('date', new Date(Date.now() - 600_000).toUTCString());
    response.end(JSON.stringify({ major: '1', minor: '34', gitVersion: 'v1.34.0', items: [], metadata: {} }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const file = join(folder, 'late');
  const { port } = server.address() as AddressInfo;
  await writeFile(file, JSON.stringify(kubeconfigOf(`http://127.0.0.1:${port}`)));
  const found = await findings('--kubeconfig', file).finally(() => server.close());

  expect(of('clock', found)).toContainEqual(
    expect.objectContaining({
      state: 'wrong',
      message: expect.stringMatching(/^this machine is (599|600|601) s ahead of the API server$/),
    }),
  );
});
