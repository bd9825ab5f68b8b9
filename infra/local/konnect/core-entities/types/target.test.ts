import { expect, it } from 'vitest';
import { describeStrictness, ids } from '../../strictness-fixture.ts';
import { at, idIn, start } from '../../test-client.ts';

const upstream = { id: ids.one };

describeStrictness({
  path: `upstreams/${ids.one}/targets`,
  given: [['upstreams', ids.one, { name: 'up' }]],
  accepted: [
    {
      body: { target: 'host.example' },
      stored: { target: 'host.example:8000', weight: 100, failover: false, upstream },
    },
    { body: { target: 'host.example:080', weight: 0 }, stored: { target: 'host.example:80', weight: 0 } },
    { body: { target: '10.0.0.1', failover: true }, stored: { target: '10.0.0.1:8000', failover: true } },
    { body: { target: '::1' }, stored: { target: '[0000:0000:0000:0000:0000:0000:0000:0001]:8000' } },
    { body: { target: '[2001:DB8::8:800]:443' }, stored: { target: '[2001:0db8:0000:0000:0000:0000:0008:0800]:443' } },
    { body: { target: '::ffff:10.0.0.1' }, stored: { target: '[0000:0000:0000:0000:0000:ffff:0a00:0001]:8000' } },
    { body: { target: 'svc.ns.svc_x:8080', upstream }, stored: { target: 'svc.ns.svc_x:8080' } },
  ],
  refused: [
    { body: {}, detail: { messages: ["missing properties: 'target'"] } },
    ...[
      'a b',
      '10.0.0.256',
      '10.0.0',
      'host:65536',
      'host:',
      'host:x',
      'a:1:2',
      '[::1',
      '[host]:80',
      '-a',
      'http://h',
    ].map((target) => ({
      body: { target },
      detail: { field: 'target', messages: [`not a valid hostname or ip address: '${target}'`] },
    })),
    {
      body: { target: 'h', weight: 65_536 },
      detail: { field: 'weight', messages: ['must be <= 65535 but found 65536'] },
    },
    { body: { target: 'h', weight: 1.5 }, detail: { field: 'weight' } },
    { body: { target: 'h', upstream: { id: ids.two } }, detail: { field: 'upstream.id' } },
  ],
  clashes: [
    {
      first: { target: 'h' },
      second: { target: 'h:8000' },
      message: 'target, upstream (type: unique) constraint failed',
    },
  ],
});

it('targets of all upstreams are listed, read-only, and go with their upstream', async () => {
  const { konnect, call } = await start();
  await using _ = konnect;
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  const root = `/v2/control-planes/${plane}/core-entities`;
  konnect.putEntity(plane, 'upstreams', ids.one, { name: 'one' });
  konnect.putEntity(plane, 'upstreams', ids.two, { name: 'two' });
  const made = await call('POST', `${root}/upstreams/one/targets`, { body: { target: 'h', tags: ['a'] } });
  await call('POST', `${root}/upstreams/two/targets`, { body: { target: 'h' } });
  expect(at((await call('GET', `${root}/targets?tags=a`)).body, 'data')).toEqual([made.body]);
  expect(await call('GET', `${root}/targets?size=0`)).toMatchObject({
    status: 400,
    type: 'application/problem+json',
    body: { invalid_parameters: [{ field: 'size' }] },
  });
  expect((await call('POST', `${root}/targets`, { body: { target: 'h', upstream } })).status).toBe(404);
  expect((await call('GET', `${root}/targets/${idIn(made)}`)).status).toBe(404);
  expect((await call('DELETE', `${root}/upstreams/one`)).status).toBe(204);
  expect(konnect.entities(plane, 'targets')).toMatchObject([{ upstream: { id: ids.two } }]);
});
