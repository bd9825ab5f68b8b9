import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createAdmin } from '../../infra/local/admin.ts';
import { startKubernetes } from '../../infra/local/kubernetes/server.ts';
import { startSecretsManager } from '../../infra/local/secrets-manager/server.ts';
import { secretResource } from '../../lib/engine/objects.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { readRoles } from '../journey/access.ts';
import { missing, root } from './tools.ts';

/* docs/cluster-access.md: what it says is run by the tests is run here, in its order and in one shell. */

const text = await readFile(join(root, 'docs', 'cluster-access.md'), 'utf8');
const blocks = [...text.matchAll(/^```sh\n(# .*)\n([\s\S]*?)^```$/gm)].map(([, says = '', script = '']) => ({
  says,
  script,
}));
const roles = [...readRoles().keys()].filter((role) => role !== 'konnect-reconciler-forwarder');
const functions = roles.map((role) => role.replace('konnect-reconciler-', ''));

it('says of every block whether it is run here, or what it needs', () => {
  expect(blocks).toHaveLength(text.match(/^```sh$/gm)?.length ?? 0);
  for (const { says } of blocks) expect(says).toMatch(/^# (Run by the tests|Needs an? .*cluster.*)[.,]/);
});

it('names every function, and every output of the stack that it asks for', async () => {
  const loops = [...text.matchAll(/^for function in (.*); do$/gm)].map(([, names]) => names?.split(' ').sort());
  for (const names of loops) expect(names).toEqual(functions.toSorted());
  const [, table = ''] = /<<'END'\n([\s\S]*?)\nEND/.exec(text) ?? [];
  const pascal = (name: string) => name.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase());
  const tools = ['drift-check', 'replay'];
  const outputs = functions.map((name) => `${name} ${tools.includes(name) ? '' : 'Reconcile'}${pascal(name)}`);
  expect(table.split('\n').sort()).toEqual(outputs.sort());
});

const reason = missing('kubectl', 'version', '--client') ?? missing('aws', '--version') ?? missing('bash', '--version');

describe.skipIf(reason !== undefined)(reason ?? 'the commands', () => {
  it('let each function into a cluster that is not EKS, with its own rights', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'konnect-reconciler-access-'));
    const keys = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
    await using kubernetes = await startKubernetes();
    await using secrets = await startSecretsManager({ credentials: keys, region: 'eu-central-1' });
    await writeFile(join(folder, 'config'), kubernetes.kubeconfig(), { mode: 0o600 });
    await symlink(join(root, 'infra'), join(folder, 'infra'));
    const script = blocks.filter(({ says }) => says.startsWith('# Run by the tests')).map((one) => one.script);

    await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script.join('\n')], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        KUBECONFIG: join(folder, 'config'),
        AWS_REGION: 'eu-central-1',
        // Version 1 of the command line knows this one only.
        AWS_DEFAULT_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
        FORWARDER_KEY_ID: 'AKIAFORWARDER',
        FORWARDER_SECRET_KEY: 'a-secret-key',
      },
    }).finally(() => rm(folder, { recursive: true, force: true }));

    const stored = secrets.secrets().map(({ name, versions }) => ({ name, value: versions.at(-1)?.value }));
    expect(stored.map(({ name }) => name).sort()).toEqual(functions.map(secretName).sort());
    const access = await createAdmin(kubernetes.kubeconfig()).get(secretResource, {
      namespace: 'konnect-reconciler',
      name: 'konnect-reconciler-aws',
    });
    expect(Object.keys(access?.['data'] ?? {})).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    for (const name of functions) {
      const value = stored.find((one) => one.name === secretName(name))?.value;
      const kubeconfig = value !== undefined && 'SecretString' in value ? value.SecretString : '';
      expect({ name, lists: await listable(kubeconfig) }).toEqual({ name, lists: granted(name) });
    }
  });
});

const secretName = (name: string) => `konnect-reconciler-prod-clusters/${name}/prod`;
const resources = [...kinds.map(({ resource }) => resource), secretResource];

/** What may be listed with a kubeconfig, which is read as a function reads it. */
async function listable(kubeconfig: string): Promise<readonly string[]> {
  const client = createAdmin(kubeconfig);
  const found: string[] = [];
  for (const resource of resources) {
    await client.list(resource).then(
      () => found.push(resource.plural),
      (error: unknown) => expect(String(error)).toMatch(/is forbidden/),
    );
  }
  await client.close();
  return found;
}

function granted(name: string): readonly string[] {
  const rules = readRoles().get(`konnect-reconciler-${name}`) ?? [];
  const lists = rules.filter(({ verbs }) => verbs.includes('list')).flatMap(({ resources: plurals }) => plurals);
  return resources.map(({ plural }) => plural).filter((plural) => lists.includes(plural));
}
