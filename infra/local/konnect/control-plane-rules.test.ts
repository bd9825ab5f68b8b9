import { describe, expect, it } from 'vitest';
import { at, start } from './test-client.ts';

const path = '/v2/control-planes';

const refused = [
  { why: 'no name', body: {}, item: { field: 'name', reason: 'cannot be blank' } },
  { why: 'a short name', body: { name: 'x' }, item: { field: 'name', rule: 'min_length', minimum: 2 } },
  { why: 'a long name', body: { name: 'x'.repeat(257) }, item: { field: 'name', rule: 'max_length', maximum: 256 } },
  { why: 'a name that is no text', body: { name: 12 }, item: { field: 'name', rule: 'is_string' } },
  {
    why: 'a null description',
    body: { name: 'edge', description: null },
    item: { field: 'description', rule: 'is_string' },
  },
  { why: 'a long description', body: { name: 'edge', description: 'x'.repeat(2049) }, item: { rule: 'max_length' } },
  { why: 'an unknown type', body: { name: 'edge', cluster_type: 'CLUSTER_TYPE_HYBRID' }, item: { rule: 'enum' } },
  {
    why: 'a cloud gateway on KIC',
    body: { name: 'edge', cluster_type: 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER', cloud_gateway: true },
    item: { field: 'cloud_gateway' },
  },
  {
    why: 'an unknown field',
    body: { name: 'edge', region: 'eu' },
    item: { reason: 'property region should not exist' },
  },
  {
    why: 'a proxy URL without a port',
    body: { name: 'edge', proxy_urls: [{ host: 'h', protocol: 'https' }] },
    item: { field: 'proxy_urls[0].port' },
  },
  {
    why: 'six proxy URLs',
    body: { name: 'edge', proxy_urls: [1, 2, 3, 4, 5, 6].map((port) => ({ host: 'h', port, protocol: 'https' })) },
    item: { field: 'proxy_urls', rule: 'max_items', maximum: 5 },
  },
  { why: 'a body that is no object', body: ['edge'], item: { field: 'body', reason: 'request format is invalid' } },
  {
    why: 'a reserved label',
    body: { name: 'edge', labels: { 'kong-x': 'a' } },
    item: { field: 'labels', rule: 'is_label' },
  },
  {
    why: 'an underscore label',
    body: { name: 'edge', labels: { _x: 'a' } },
    item: { reason: 'Label key cannot start with _' },
  },
  { why: 'a long label key', body: { name: 'edge', labels: { ['k'.repeat(64)]: 'a' } }, item: { rule: 'is_label' } },
  {
    why: 'a long label value',
    body: { name: 'edge', labels: { a: 'v'.repeat(64) } },
    item: { field: 'labels', rule: 'is_label', reason: 'Label value exceeds maximum of 63 characters' },
  },
  { why: 'an empty label value', body: { name: 'edge', labels: { a: '' } }, item: { rule: 'is_label' } },
  { why: 'a label value with a slash', body: { name: 'edge', labels: { a: 'b/c' } }, item: { rule: 'is_label' } },
  { why: 'a number as label', body: { name: 'edge', labels: { a: 1 } }, item: { rule: 'is_label' } },
  {
    why: '51 labels',
    body: { name: 'edge', labels: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`l${n}`, 'a'])) },
    item: { rule: 'is_label' },
  },
];

describe('a control plane that Konnect refuses', () => {
  it.each(refused)('for $why', async ({ body, item }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const reply = await call('POST', path, { body });
    expect(reply).toMatchObject({ status: 400, type: 'application/problem+json', body: { title: 'Bad Request' } });
    expect(at(reply.body, 'invalid_parameters')).toEqual([expect.objectContaining(item)]);
    expect(konnect.controlPlanes()).toHaveLength(1);
  });

  it.each([
    { why: 'no content type', ask: { text: '{"name":"edge"}' } },
    { why: 'another content type', ask: { text: '{"name":"edge"}', headers: { 'content-type': 'text/plain' } } },
    { why: 'JSON that is none', ask: { text: '{"name":', headers: { 'content-type': 'application/json' } } },
    { why: 'no body', ask: { headers: { 'content-type': 'application/json' } } },
  ])('for $why', async ({ ask }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    expect(await call('POST', path, ask)).toMatchObject({ status: 400, body: { detail: 'Invalid request format' } });
  });

  it('accepts labels and content types with a parameter', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const labels = { 'k8s-name': 'edge', KONGCTL: 'yes', 'a.b_c-d': 'v1.2_3-x' };
    const text = JSON.stringify({ name: 'edge', labels });
    const reply = await call('POST', path, { text, headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(reply).toMatchObject({ status: 201, body: { labels } });
  });
});
