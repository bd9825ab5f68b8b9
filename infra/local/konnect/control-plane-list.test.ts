import { describe, expect, it } from 'vitest';
import { at, type Client, organization, type Reply, start } from './test-client.ts';

const path = '/v2/control-planes';

async function seeded(call: Client): Promise<void> {
  for (const [name, env] of Object.entries({ alpha: 'test', beta: 'prod', gamma: 'test' })) {
    await call('POST', path, {
      body: { name, labels: { env, [name]: 'x' }, ...(name === 'beta' && { cloud_gateway: true }) },
    });
  }
}

function names({ body }: Reply): readonly unknown[] {
  const data = at(body, 'data');
  return Array.isArray(data) ? data.map((row) => at(row, 'name')) : [];
}

describe('the list of control planes', () => {
  it.each([
    { query: 'filter[name][eq]=beta', found: ['beta'] },
    { query: 'filter%5Bname%5D%5Beq%5D=beta', found: ['beta'] },
    { query: 'filter[name]=beta', found: ['beta'] },
    { query: 'filter[name][contains]=m', found: ['gamma'] },
    { query: 'filter[name][neq]=default&filter[name][contains]=a&filter[name][neq]=beta', found: ['alpha', 'gamma'] },
    { query: 'filter[cloud_gateway]=true', found: ['beta'] },
    { query: 'filter[cluster_type][oeq]=CLUSTER_TYPE_CONTROL_PLANE_GROUP,CLUSTER_TYPE_SERVERLESS', found: [] },
    { query: 'labels=env:test', found: ['alpha', 'gamma'] },
    { query: 'labels=env:test,gamma', found: ['gamma'] },
    { query: 'name=beta', found: ['default', 'alpha', 'beta', 'gamma'] },
    { query: 'page[size]=3&page[number]=2', found: ['gamma'] },
    { query: 'page%5Bsize%5D=1&page%5Bnumber%5D=2', found: ['alpha'] },
    { query: 'page[size]=2&page[number]=9', found: [] },
  ])('answers $query', async ({ query, found }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    await seeded(call);
    expect(names(await call('GET', `${path}?${query}`))).toEqual(found);
  });

  it('pages by ten, never by more than a hundred, and says how many there are', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    for (let n = 1; n < 12; n += 1) konnect.createControlPlane(organization.id, { name: `plane-${n}` });
    const first = await call('GET', path);
    expect(at(first.body, 'meta', 'page')).toEqual({ number: 1, size: 10, total: 12 });
    expect(names(first)).toHaveLength(10);
    expect(at((await call('GET', `${path}?page[size]=1000`)).body, 'meta', 'page', 'size')).toBe(100);
  });

  it('sorts by the time of creation', async () => {
    let hour = 0;
    const clock = () => {
      hour += 1;
      return new Date(Date.UTC(2026, 7, 1, hour));
    };
    const { konnect, call } = await start({ clock });
    await using _ = konnect;
    await seeded(call);
    const up = ['default', 'alpha', 'beta', 'gamma'];
    expect(names(await call('GET', `${path}?sort=created_at`))).toEqual(up);
    expect(names(await call('GET', `${path}?sort=created_at%20desc`))).toEqual(up.toReversed());
    expect((await call('GET', `${path}?sort=name`)).status).toBe(400);
  });

  it.each([
    { query: 'filter[cluster_type][contains]=x', field: '[filter][cluster_type][contains]' },
    { query: 'filter[description][eq]=x', field: '[filter][description]' },
    { query: 'page[number]=0', field: 'page[number]' },
    { query: 'page[size]=ten', field: 'page[size]' },
  ])('refuses $query', async ({ query, field }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const reply = await call('GET', `${path}?${query}`);
    expect(reply).toMatchObject({ status: 400, body: { invalid_parameters: [{ field }] } });
  });
});
