import { describe, expect, it } from 'vitest';
import { isRecord, type KubernetesObject } from '../../lib/engine/objects.ts';
import { kustomized, missing, namesOf, objectsIn, run } from './tools.ts';

/* The chart is made of the same manifests as what kustomize reads, and must give the same objects. */

const reason = missing('kubectl', 'version', '--client') ?? missing('helm', 'version') ?? undefined;

const required = {
  clusterName: 'prod',
  queueUrlPrefix: 'https://sqs.eu-central-1.amazonaws.com/111122223333/konnect-reconciler-prod-',
  'aws.region': 'eu-central-1',
};
const name = 'konnect-reconciler-forwarder';

async function template(values: Readonly<Record<string, string>>): Promise<readonly KubernetesObject[]> {
  const set = Object.entries(values).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
  const how = ['--namespace', 'konnect-reconciler', '--kube-version', '1.32.0'];
  return objectsIn(await run('helm', 'template', 'release', 'infra/cluster/chart', ...how, ...set));
}

/** By kind and name, without what only Helm has, and without the hash that kustomize ends a ConfigMap's name with. */
function comparable(objects: readonly KubernetesObject[]): Readonly<Record<string, unknown>> {
  const ours = objects.filter(({ kind }) => kind !== 'Namespace' && kind !== 'CustomResourceDefinition');
  const helms = ['app.kubernetes.io/managed-by', 'helm.sh/chart', 'checksum/config'];
  const plain = ours.map((object) =>
    JSON.parse(
      JSON.stringify(object, (key, value: unknown) => {
        if (helms.includes(key)) return undefined;
        if (key === 'annotations' && isRecord(value) && Object.keys(value).every((one) => helms.includes(one))) {
          return undefined;
        }
        return typeof value === 'string' ? value.replace(/^(konnect-reconciler-forwarder)-[a-z0-9]{10}$/, '$1') : value;
      }),
    ),
  );
  return Object.fromEntries(plain.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

describe.skipIf(reason !== undefined)(reason ?? 'the chart', () => {
  it('gives what the overlay for EKS gives', async () => {
    const values = {
      ...required,
      'aws.roleArn': 'arn:aws:iam::111122223333:role/konnect-reconciler-forwarder',
      'image.repository': `111122223333.dkr.ecr.eu-central-1.amazonaws.com/${name}`,
    };
    expect(comparable(await template(values))).toEqual(comparable(await kustomized('overlays/eks')));
  });

  it('gives what the overlay for other clusters gives', async () => {
    const values = {
      ...required,
      'aws.accessKeySecret': 'konnect-reconciler-aws',
      'functions.serviceAccounts': 'true',
      'image.repository': `registry.example.com/${name}`,
    };
    expect(comparable(await template(values))).toEqual(comparable(await kustomized('overlays/elsewhere')));
  });

  it('takes every value', async () => {
    const found = await template({
      ...required,
      watchNamespaces: '{shop,payments}',
      drainSeconds: '50',
      'image.tag': '9.9.9',
      'imagePullSecrets[0].name': 'registry',
      'nodeSelector.disk': 'fast',
      'tolerations[0].operator': 'Exists',
      'affinity.podAntiAffinity.x': 'y',
      priorityClassName: 'high',
      'serviceMonitor.enabled': 'true',
      'networkPolicy.enabled': 'false',
      'podDisruptionBudget.enabled': 'false',
      'functions.serviceAccounts': 'true',
      'functions.tokens': 'true',
    });
    const objects = comparable(found);

    expect(objects[`ConfigMap ${name}`]).toMatchObject({
      data: { WATCH_NAMESPACES: 'shop,payments', DRAIN_SECONDS: '50' },
    });
    expect(objects[`Deployment ${name}`]).toMatchObject({
      spec: {
        template: {
          spec: {
            terminationGracePeriodSeconds: 60,
            priorityClassName: 'high',
            imagePullSecrets: [{ name: 'registry' }],
            nodeSelector: { disk: 'fast' },
            tolerations: [{ operator: 'Exists' }],
            affinity: { podAntiAffinity: { x: 'y' } },
            containers: [{ image: `${name}:9.9.9` }],
          },
        },
      },
    });
    const kinds = namesOf(found);
    expect(kinds).toContain(`ServiceMonitor ${name}`);
    expect(kinds.filter((one) => /^(NetworkPolicy|PodDisruptionBudget)/.test(one))).toEqual([]);
    expect(kinds.filter((one) => one.startsWith('Secret'))).toHaveLength(
      kinds.filter((one) => one.startsWith('ServiceAccount')).length - 1,
    );
  });

  it.each([
    { what: 'nothing', values: {}, says: /clusterName/ },
    { what: 'a value that is none of ours', values: { ...required, replica: '3' }, says: /replica/ },
    { what: 'a level that is none', values: { ...required, logLevel: 'LOUD' }, says: /logLevel/ },
  ])('refuses $what', async ({ values, says }) => {
    await expect(template(values)).rejects.toThrow(says);
  });

  it('passes the linter', async () => {
    const set = Object.entries(required).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
    expect(await run('helm', 'lint', '--strict', 'infra/cluster/chart', ...set)).toContain('0 chart(s) failed');
  });
});
