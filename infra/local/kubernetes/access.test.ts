import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type JsonObject } from './json.ts';
import { type LocalKubernetes, startKubernetes } from './server.ts';
import { type ApiClient, createApiClient, type Reply } from './testing/client.ts';
import { createNamespace } from './testing/widgets.ts';

const rbac = 'rbac.authorization.k8s.io';
let server: LocalKubernetes;
let api: ApiClient;

beforeAll(async () => {
  server = await startKubernetes({
    users: [
      { name: 'jane', groups: ['devs'], token: 'jane-token' },
      { name: 'system:serviceaccount:shop:robot', token: 'robot-token' },
    ],
  });
  api = createApiClient(server.kubeconfig());
  await createNamespace(api, 'shop');
});

afterAll(async () => {
  api.close();
  await server.stop();
});

function jane(method: string, path: string, body?: JsonObject): Promise<Reply> {
  return api.send(method, path, { token: 'jane-token', ...(body === undefined ? {} : { body }) });
}

async function bind(
  name: string,
  subject: JsonObject,
  rules: readonly JsonObject[],
  namespace?: string,
): Promise<void> {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const root = `/apis/${rbac}/v1${place}`;
  const plural = kind === 'Role' ? ['roles', 'rolebindings'] : ['clusterroles', 'clusterrolebindings'];
  await api.send('POST', `${root}/${plural[0]}`, { body: { metadata: { name }, rules } });
  const roleRef = { apiGroup: rbac, kind, name };
  await api.send('POST', `${root}/${plural[1]}`, { body: { metadata: { name }, subjects: [subject], roleRef } });
}

describe('who', () => {
  it('has a token that nobody has is unauthorized', async () => {
    const { status, body } = await api.send('GET', '/version', { token: 'guessed' });

    expect(status).toBe(401);
    expect(body).toMatchObject({ status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 });
  });

  it('has no token is anonymous and sees next to nothing', async () => {
    const version = await api.send('GET', '/version', { token: '' });
    const secrets = await api.send('GET', '/api/v1/secrets', { token: '' });

    expect([version.status, secrets.status]).toEqual([200, 403]);
    expect(secrets.body['message']).toContain('User "system:anonymous" cannot list resource "secrets"');
  });

  it('has no right hears what is missing', async () => {
    const { status, body } = await jane('GET', '/api/v1/namespaces/shop/secrets/a');

    expect(status).toBe(403);
    expect(body).toMatchObject({
      message:
        'secrets "a" is forbidden: User "jane" cannot get resource "secrets" in API group "" in the namespace "shop"',
      reason: 'Forbidden',
      details: { name: 'a', kind: 'secrets' },
    });
  });
});

describe('rules', () => {
  it('give what they say, in their namespace only', async () => {
    const rules = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['configmaps'] }];
    await bind('reader', { kind: 'User', apiGroup: rbac, name: 'jane' }, rules, 'shop');

    const statuses = [
      await jane('GET', '/api/v1/namespaces/shop/configmaps'),
      await jane('GET', '/api/v1/namespaces/shop/configmaps?watch=true'),
      await jane('GET', '/api/v1/namespaces/default/configmaps'),
      await jane('DELETE', '/api/v1/namespaces/shop/configmaps/x'),
    ].map(({ status }) => status);

    expect(statuses).toEqual([200, 403, 403, 403]);
  });

  it('can be about names, and then about lists of that name', async () => {
    const rules = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'], resourceNames: ['mine'] }];
    await bind('mine', { kind: 'Group', apiGroup: rbac, name: 'devs' }, rules, 'shop');
    const root = '/api/v1/namespaces/shop/secrets';

    const statuses = [
      await jane('GET', `${root}/mine`),
      await jane('GET', `${root}/other`),
      await jane('GET', root),
      await jane('GET', `${root}?fieldSelector=metadata.name%3Dmine`),
    ].map(({ status }) => status);

    expect(statuses).toEqual([404, 403, 403, 200]);
  });

  it('tell subresources from their objects', async () => {
    const rules = [{ verbs: ['get'], apiGroups: ['apps'], resources: ['deployments/status'] }];
    await bind('status', { kind: 'ServiceAccount', name: 'robot', namespace: 'shop' }, rules);
    const root = '/apis/apps/v1/namespaces/default/deployments/d';

    const whole = await api.send('GET', root, { token: 'robot-token' });
    const status = await api.send('GET', `${root}/status`, { token: 'robot-token' });

    expect([whole.status, status.status]).toEqual([403, 404]);
  });

  it('can be about paths', async () => {
    const rules = [{ verbs: ['get'], nonResourceURLs: ['/metrics', '/logs/*'] }];
    await bind('paths', { kind: 'User', apiGroup: rbac, name: 'jane' }, rules);

    const statuses = [await jane('GET', '/metrics'), await jane('GET', '/logs/x'), await jane('GET', '/other')];

    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 403]);
  });
});

describe('reviews', () => {
  const review = (verb: string, resource: string): JsonObject => ({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { namespace: 'shop', verb, resource } },
  });
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

  it('tell why something is allowed', async () => {
    const allowed = await jane('POST', path, review('get', 'configmaps'));
    const refused = await jane('POST', path, review('delete', 'configmaps'));

    expect(allowed.body['status']).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "reader/shop" of Role "reader" to User "jane"',
    });
    expect(refused.body['status']).toEqual({ allowed: false });
  });

  it('tell who asks', async () => {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const reply = await jane('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', body);

    expect(at(reply.body, 'status', 'userInfo')).toEqual({
      username: 'jane',
      groups: ['devs', 'system:authenticated'],
    });
  });
});

describe('another identity', () => {
  it('can be taken by those who may', async () => {
    const as = { headers: { 'impersonate-user': 'jane', 'impersonate-group': 'devs' } };
    const allowed = await api.send('GET', '/api/v1/namespaces/shop/configmaps', as);
    const refused = await api.send('GET', '/api/v1/namespaces/default/configmaps', as);
    const nobody = await api.send('GET', '/version', { token: 'jane-token', headers: { 'impersonate-user': 'bob' } });

    expect([allowed.status, refused.status, nobody.status]).toEqual([200, 403, 403]);
    expect(nobody.body['message']).toBe(
      'users "bob" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });

  it('of a service account comes with a token', async () => {
    await api.send('POST', '/api/v1/namespaces/shop/serviceaccounts', { body: { metadata: { name: 'robot' } } });
    const path = '/api/v1/namespaces/shop/serviceaccounts/robot/token';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } };

    const { body: issued } = await api.send('POST', path, { body });
    const token = String(at(issued, 'status', 'token'));
    const { body: denied } = await api.send('GET', '/api/v1/secrets', { token });

    expect(denied['message']).toContain('User "system:serviceaccount:shop:robot" cannot list resource "secrets"');
  });
});
