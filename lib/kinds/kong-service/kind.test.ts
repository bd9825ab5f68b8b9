import { describe, expect, it } from 'vitest';
import { entity, look, programmedRoute, programmedService, routeKind } from '../../../test/memory/core.ts';
import { key, konnectCalls, settle } from '../../../test/memory/manifests.ts';

describe('the url of a service', () => {
  it.each([
    ['https://shop.example.com/v1', { protocol: 'https', host: 'shop.example.com', port: 443, path: '/v1' }],
    ['http://shop.example.com', { protocol: 'http', host: 'shop.example.com', port: 80 }],
    ['tcp://shop.example.com:9000', { protocol: 'tcp', host: 'shop.example.com', port: 9000 }],
    ['grpcs://shop.example.com', { protocol: 'grpcs', host: 'shop.example.com', port: 443 }],
    ['http://[fd00::1]:81/', { protocol: 'http', host: '[fd00::1]', port: 81 }],
  ])('wins over the fields it stands for: %s', async (url, parts) => {
    await using stage = await programmedService({ url, path: '/old', port: 1, protocol: 'http' });

    expect(entity(stage)).toMatchObject(parts);
    if (!('path' in parts)) expect(entity(stage)).not.toHaveProperty('path');
    await look(stage, 'drift');
    expect(konnectCalls(stage).filter((call) => !call.startsWith('GET'))).toEqual([]);
  });
});

describe('what Konnect takes for unset', () => {
  it('T16 is an empty text: it is not sent', async () => {
    await using stage = await programmedService({ name: '', path: '' });

    expect(entity(stage)).not.toHaveProperty('name');
    await look(stage, 'drift');
    expect(konnectCalls(stage).filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it('T16 is an empty map or list of a route', async () => {
    await using stage = await programmedRoute();
    stage.cluster.user.edit(routeKind.resource, key('route'), { spec: { headers: {}, snis: [], tags: [] } });
    await settle(stage, routeKind, 'route');

    expect(await stage.reconcile(routeKind, 'route', { cause: 'drift' })).toEqual({ is: 'done' });
    expect(konnectCalls(stage).filter((call) => !call.startsWith('GET'))).toEqual([]);
  });
});
