import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { storyOrganization } from '../../infra/local/stack.ts';
import { configMapResource, type KubernetesObject, secretResource, statusOf } from '../../lib/engine/objects.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { documentsDir } from '../openapi/documents.ts';
import { validateExchanges } from '../openapi/validate.ts';
import { sendAgain } from './events.ts';
import { authKind, controlPlane, controlPlaneKind, extension, extensionKind, resourceNamed } from './manifests.ts';
import { fingerprintOf, idOf } from './scene.ts';
import { callsOf } from './stage.ts';
import { stage } from './together.ts';

const root = join(import.meta.dirname, '..', '..');
const namespace = 'default';
const mount = '/etc/secrets/kong-cluster-cert';

it("programs Kong's own first manifests, and status, tables, certificate and settings are as documented", async () => {
  const { admin, konnect } = stage.stack;
  await admin.apply(await readFile(join(root, 'infra', 'local', 'story.yaml'), 'utf8'));
  await stage.rest();

  const [plane] = konnect.controlPlanes(storyOrganization.id).filter(({ name }) => name !== 'default');
  expect(plane?.name).toBe('gateway-control-plane');
  const { id = '', config } = plane ?? {};
  const endpoints = { controlPlane: config?.control_plane_endpoint, telemetry: config?.telemetry_endpoint };
  const account = { organizationID: storyOrganization.id, serverURL: 'https://us.api.konghq.com' };
  expect(await statusWithoutConditions(authKind, 'konnect-api-auth')).toEqual(account);
  expect(await statusWithoutConditions(controlPlaneKind, 'gateway-control-plane')).toEqual({
    id,
    clusterType: 'CLUSTER_TYPE_CONTROL_PLANE',
    ...account,
    konnectEndpoints: endpoints,
  });
  expect(await statusWithoutConditions(extensionKind, 'my-konnect-config')).toMatchObject({
    konnect: { controlPlaneID: id, clusterType: 'ControlPlane', endpoints },
    dataPlaneClientAuth: { certificateSecretRef: { name: 'konnect-extension-my-konnect-config' } },
  });
  expect(await rowsOf(authKind)).toEqual([
    ['konnect-api-auth', 'True', storyOrganization.id, 'https://us.api.konghq.com'],
  ]);
  expect(await rowsOf(controlPlaneKind)).toEqual([['gateway-control-plane', 'True', id, storyOrganization.id]]);
  expect(await rowsOf(extensionKind)).toEqual([['my-konnect-config', 'True']]);
  const secret = await admin.get(secretResource, { namespace, name: 'konnect-extension-my-konnect-config' });
  expect(konnect.certificates(id).map(({ cert }) => fingerprintOf(cert))).toEqual([fingerprintOf(pemIn(secret))]);
  const telemetry = hostOf(endpoints.telemetry);
  const host = hostOf(endpoints.controlPlane);
  expect(await settings('konnect-extension-my-konnect-config')).toEqual({
    KONG_CLUSTER_CERT: `${mount}/tls.crt`,
    KONG_CLUSTER_CERT_KEY: `${mount}/tls.key`,
    KONG_CLUSTER_CONTROL_PLANE: `${host}:443`,
    KONG_CLUSTER_MTLS: 'pki',
    KONG_CLUSTER_SERVER_NAME: host,
    KONG_CLUSTER_TELEMETRY_ENDPOINT: `${telemetry}:443`,
    KONG_CLUSTER_TELEMETRY_SERVER_NAME: telemetry,
    KONG_KONNECT_MODE: 'on',
    KONG_LUA_SSL_TRUSTED_CERTIFICATE: 'system',
    KONG_ROLE: 'data_plane',
    KONG_VITALS: 'off',
  });
});

it('needs at most six calls to Konnect for it', () => {
  const calls = callsOf(stage, storyOrganization.id).map(({ operation }) => operation);
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.length).toBeLessThanOrEqual(6);
});

it('does nothing when every event is sent again', async () => {
  const before = await everything();
  stage.stack.konnect.resetRequests();

  expect(await sendAgain(stage.stack, namespace)).toBeGreaterThan(2);
  await stage.rest();

  expect(callsOf(stage, storyOrganization.id)).toEqual([]);
  expect(await everything()).toEqual(before);
});

it('gives ingress controllers the settings of the KIC type', async () => {
  const type = {
    cluster_type: 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER',
    konnect: { authRef: { name: 'konnect-api-auth' } },
  };
  for (const manifest of [controlPlane('ingress', type), extension('ingress')]) {
    await stage.stack.admin.apply(JSON.stringify({ ...manifest, metadata: { name: 'ingress', namespace } }));
  }
  await stage.rest();

  const object = await stage.stack.admin.get(resourceNamed(controlPlaneKind), { namespace, name: 'ingress' });
  const id = object === undefined ? '' : idOf(object);
  expect(await statusWithoutConditions(extensionKind, 'ingress')).toMatchObject({
    konnect: { controlPlaneID: id, clusterType: 'K8SIngressController' },
  });
  expect(await settings('konnect-extension-ingress')).toMatchObject({
    CONTROLLER_FEATURE_GATES: 'FillIDs=true',
    CONTROLLER_KONNECT_ADDRESS: 'https://us.kic.api.konghq.com',
    CONTROLLER_KONNECT_CONTROL_PLANE_ID: id,
    CONTROLLER_KONNECT_LICENSING_ENABLED: 'true',
    CONTROLLER_KONNECT_SYNC_ENABLED: 'true',
    CONTROLLER_KONNECT_TLS_CLIENT_CERT_FILE: `${mount}/tls.crt`,
    CONTROLLER_KONNECT_TLS_CLIENT_KEY_FILE: `${mount}/tls.key`,
    KONG_ROLE: 'traditional',
  });
});

it("sends and takes nothing that Konnect's documents do not allow", ({ skip }) => {
  const folder = documentsDir(process.env, root);
  if (folder === undefined) return skip('the OpenAPI documents of Konnect are not here: set KONNECT_OPENAPI_DIR');
  expect(stage.stack.konnect.exchanges.length).toBeGreaterThan(0);
  expect(validateExchanges(stage.stack.konnect.exchanges, folder)).toEqual([]);
});

async function statusWithoutConditions(kind: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  const object = await stage.stack.admin.get(resourceNamed(kind), { namespace, name });
  const { conditions: _, ...rest } = object === undefined ? {} : statusOf(object);
  return rest;
}

async function rowsOf(kind: string): Promise<readonly (readonly string[])[]> {
  return (await stage.stack.admin.table(resourceNamed(kind), namespace)).rows;
}

async function settings(name: string): Promise<unknown> {
  return (await stage.stack.admin.get(configMapResource, { namespace, name }))?.['data'];
}

/** Everything in the namespace that functions write, with its resourceVersions. */
async function everything(): Promise<readonly KubernetesObject[]> {
  const resources = [...kinds.map(({ resource }) => resource), secretResource, configMapResource];
  return (await Promise.all(resources.map((resource) => stage.stack.admin.list(resource, { namespace })))).flat();
}

function pemIn(secret: KubernetesObject | undefined): string {
  const data: unknown = secret?.['data'];
  return Buffer.from(String(Reflect.get(Object(data), 'tls.crt')), 'base64').toString();
}

function hostOf(endpoint: string | undefined): string {
  return new URL(endpoint ?? '').hostname;
}
