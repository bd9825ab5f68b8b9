import { describe, expect, it } from 'vitest';
import { at, start } from './test-client.ts';

const uuid = '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0001';

async function startEntities() {
  const { konnect, call } = await start();
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  return { konnect, call, plane, root: `/v2/control-planes/${plane}/core-entities` };
}

describe('lists', () => {
  async function startWithTags() {
    const started = await startEntities();
    for (let n = 0; n < 5; n += 1) {
      const body = { username: `user-${n}`, custom_id: `c${n}`, tags: [`n:${n}`, n % 2 === 0 ? 'even' : 'odd'] };
      await started.call('POST', `${started.root}/consumers`, { body });
    }
    return { ...started, path: `${started.root}/consumers` };
  }

  it('lead from page to page by offset, also when something goes away in between', async () => {
    const { konnect, call, plane, path } = await startWithTags();
    await using _ = konnect;
    const ids = konnect.entities(plane, 'consumers').map(({ id }) => id);
    const first = await call('GET', `${path}?size=2`);
    expect(at(first.body, 'next')).toContain(`offset=${at(first.body, 'offset')}`);
    const seen = [at(first.body, 'data', 0, 'id'), at(first.body, 'data', 1, 'id')];
    konnect.removeEntity(plane, 'consumers', String(seen[1]));
    let next = at(first.body, 'next');
    while (typeof next === 'string') {
      const page = await call('GET', next);
      const data = at(page.body, 'data');
      seen.push(...(Array.isArray(data) ? data.map((row) => at(row, 'id')) : []));
      next = at(page.body, 'next');
      expect(at(page.body, 'offset') === undefined).toBe(typeof next !== 'string');
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it.each([
    { query: 'tags=n:1', found: ['user-1'] },
    { query: 'tags=even,n:2', found: ['user-2'] },
    { query: 'tags=n:1/n:2', found: ['user-1', 'user-2'] },
    { query: 'tags=absent', found: [] },
    { query: 'filter[name][eq]=user-3', found: ['user-3'] },
    { query: 'filter%5Bname%5D%5Bcontains%5D=r-4', found: ['user-4'] },
    { query: 'custom_id=c0', found: ['user-0'] },
    { query: 'anything=else&size=1000', found: ['user-0', 'user-1', 'user-2', 'user-3', 'user-4'] },
  ])('answer $query', async ({ query, found }) => {
    const { konnect, call, path } = await startWithTags();
    await using _ = konnect;
    const data = at((await call('GET', `${path}?${query}`)).body, 'data');
    const names = Array.isArray(data) ? data.map((row) => String(at(row, 'username'))) : [];
    expect(names.toSorted()).toEqual(found);
  });

  it.each(['size=0', 'size=1001', 'size=x', 'offset=x', 'tags=a,b/c', 'tags=a,b,c,d,e,f'])(
    'refuse %s',
    async (query) => {
      const { konnect, call, path } = await startWithTags();
      await using _ = konnect;
      expect(await call('GET', `${path}?${query}`)).toMatchObject({ status: 400, body: { code: 3 } });
    },
  );
});

describe('the expected config hash', () => {
  it('changes with the configuration, not with the order of fields', async () => {
    const { konnect, call, plane, root } = await startEntities();
    await using _ = konnect;
    const path = `/v2/control-planes/${plane}/expected-config-hash`;
    const hash = async () => at((await call('GET', path)).body, 'expected_hash');
    expect(await call('GET', path)).toMatchObject({
      status: 200,
      body: { expected_hash: '0'.repeat(32), created_at: expect.any(Number), updated_at: expect.any(Number) },
    });
    await call('PUT', `${root}/consumers/${uuid}`, { body: { username: 'jo', custom_id: '1' } });
    const before = await hash();
    expect(before).toMatch(/^[0-9a-f]{32}$/);
    await call('PUT', `${root}/consumers/${uuid}`, { body: { custom_id: '1', username: 'jo' } });
    expect(await hash()).toBe(before);
    await call('PUT', `${root}/consumers/${uuid}`, { body: { custom_id: '2', username: 'jo' } });
    expect(await hash()).not.toBe(before);
    await call('DELETE', `${root}/consumers/${uuid}`);
    expect(await hash()).toBe('0'.repeat(32));
  });
});
