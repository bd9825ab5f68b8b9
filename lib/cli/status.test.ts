import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EquippedCluster, startCluster } from '../../infra/local/cluster.ts';
import { authConfiguration, authKind, controlPlane, controlPlaneKind } from '../../test/memory/manifests.ts';
import type { Kind } from '../kinds/define.ts';
import { runCli, start } from './fixture.ts';

let cluster: EquippedCluster;
let directory: string;
let environment: Readonly<Record<string, string>>;
let spaces = 0;
/** A namespace of the test's own. */
let namespace = '';

beforeAll(async () => {
  cluster = await startCluster({});
  directory = await mkdtemp(join(tmpdir(), 'cli-'));
  const path = join(directory, 'kubeconfig');
  await writeFile(path, cluster.kubeconfig);
  environment = { KUBECONFIG: path };
});
afterAll(async () => {
  await cluster?.admin.close();
  await cluster?.kubernetes?.stop();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  spaces += 1;
  namespace = `space-${spaces}`;
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await place(authKind, authConfiguration());
  await place(controlPlaneKind, controlPlane('gateway'));
});

async function apply(manifest: unknown): Promise<void> {
  await cluster.admin.apply(JSON.stringify(manifest));
}

async function place({ resource }: Kind, { metadata, ...rest }: { readonly metadata: object }): Promise<void> {
  const { group, version, kind } = resource;
  await apply({ apiVersion: `${group}/${version}`, kind, ...rest, metadata: { ...metadata, namespace } });
}

/** Writes the object's main condition, as a function would. */
async function judge(
  { resource, mainCondition }: Kind,
  name: string,
  condition: object,
  more: object = {},
): Promise<void> {
  const at = { type: mainCondition, lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 };
  const status = { ...more, conditions: [{ ...at, ...condition }] };
  await cluster.admin.patch(resource, { namespace, name }, { status }, { subresource: 'status' });
}

const valid = { status: 'True', reason: 'Valid', message: 'the token is valid' };
const refused = { status: 'False', reason: 'FailedToCreate', message: 'the name is taken' };
const programmed = { status: 'True', reason: 'Programmed', message: '' };
const id = '52719949-e3f7-4944-a415-f7f72e8ef176';

describe('status', () => {
  it('draws the tree, tells what is not ready, and exits with 1', async () => {
    await judge(authKind, 'auth', valid);
    await judge(controlPlaneKind, 'gateway', refused);

    const { code, stdout } = await runCli(['status', '-n', namespace], environment);

    expect(stdout).toBe(
      [
        '✓ KonnectAPIAuthConfiguration auth       APIAuthValid=True  the token is valid',
        '✗ └─ KonnectGatewayControlPlane gateway  Programmed=False   FailedToCreate: the name is taken',
        '',
        'Not ready: 1 of 2 objects.',
        '',
        '✗ KonnectGatewayControlPlane gateway  Programmed=False',
        '    FailedToCreate: the name is taken',
        '',
      ].join('\n'),
    );
    expect(code).toBe(1);
  });

  it('exits with 0 where all is ready, and prints JSON', async () => {
    await judge(authKind, 'auth', valid);
    await judge(controlPlaneKind, 'gateway', programmed, { id });

    const { code, stdout, stderr } = await runCli(['status', '-n', namespace, '--json'], environment);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      total: 2,
      notReady: 0,
      objects: [{ name: 'auth', children: [{ name: 'gateway', konnect: { id } }] }],
    });
  });

  it('leaves out what may not be read, and says so', async () => {
    await judge(authKind, 'auth', valid);
    const hide = (hidden: (resource: string) => boolean) =>
      cluster.kubernetes?.setFault(({ resource }) =>
        hidden(resource) ? { status: 403, reason: 'Forbidden' } : undefined,
      );
    hide((resource) => resource === controlPlaneKind.resource.plural);
    const some = await runCli(['status', '-n', namespace], environment);
    hide((resource) => /kong|konnect/.test(resource));
    const none = await runCli(['status', '-n', namespace], environment);
    cluster.kubernetes?.setFault(undefined);

    expect(some).toMatchObject({ code: 0, stdout: expect.stringContaining('The one object is ready.') });
    expect(some.stderr).toBe('left out, for want of the right to list them: konnectgatewaycontrolplanes\n');
    expect(none).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^konnect-reconciler: list /) });
  });

  it('shows each change until it is stopped', async () => {
    await judge(authKind, 'auth', valid);
    const watching = start(['status', '-n', namespace, '--watch', '--json'], environment);
    const documents = () =>
      watching.printed.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    await watching.until('the first is shown', () => documents().length === 1);

    await judge(controlPlaneKind, 'gateway', programmed, { id });
    await watching.until('the change is shown', () => documents().at(-1)?.notReady === 0);
    await cluster.admin.delete(controlPlaneKind.resource, { namespace, name: 'gateway' });
    await watching.until('the deletion is shown', () => documents().at(-1)?.total === 1);
    watching.child.kill('SIGINT');

    expect(await watching.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    {
      what: 'no kubeconfig',
      args: ['status', '--kubeconfig', '/nowhere/config'],
      says: 'no kubeconfig: there is no /nowhere/config; set KUBECONFIG, or give --kubeconfig',
    },
    { what: 'no such context', args: ['status', '--context', 'prod'], says: 'has no context "prod"' },
    { what: 'an unknown option', args: ['status', '--colour'], says: "unknown option '--colour'" },
    { what: 'an unknown command', args: ['stats'], says: "unknown command 'stats'" },
  ])('says so and exits with 2: $what', async ({ args, says }) => {
    const { code, stdout, stderr } = await runCli(args, environment);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('says which cluster does not answer', async () => {
    const path = join(directory, 'away');
    await writeFile(path, cluster.kubeconfig.replace(/server: .*/, 'server: https://127.0.0.1:1'));

    const { code, stderr } = await runCli(['status'], { KUBECONFIG: path });

    expect(code).toBe(2);
    expect(stderr).toMatch(/the API server did not answer \(ECONNREFUSED\)/);
  });

  it('says that the kinds are not installed', async () => {
    const bare = await startCluster({ crds: [] });
    const path = join(directory, 'bare');
    await writeFile(path, bare.kubeconfig);

    const { code, stderr } = await runCli(['status'], { KUBECONFIG: path });
    await bare.admin.close();
    await bare.kubernetes?.stop();

    expect(code).toBe(2);
    expect(stderr).toContain('install their CustomResourceDefinitions');
  });
});
