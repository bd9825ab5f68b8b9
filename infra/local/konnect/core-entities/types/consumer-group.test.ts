import { describe, expect, it } from 'vitest';
import { describeStrictness, ids } from '../../strictness-fixture.ts';
import { type Client, idIn, start } from '../../test-client.ts';

describeStrictness({
  path: 'consumer_groups',
  accepted: [{ body: { name: 'gold' } }, { body: { name: 'Größe.1_~-' } }],
  refused: [
    { body: {}, detail: { messages: ["missing properties: 'name'"] } },
    { body: { name: '' }, detail: { field: 'name' } },
    { body: { name: 'a b' }, detail: { field: 'name' } },
    { body: { name: 'x'.repeat(129) }, detail: { field: 'name', messages: ['length must be <= 128, but got 129'] } },
    { body: { name: 'x', consumers: [] }, detail: { messages: ["additionalProperties 'consumers' not allowed"] } },
  ],
  clashes: [{ first: { name: 'x' }, second: { name: 'x' }, message: 'name (type: unique) constraint failed' }],
});

async function startGroup() {
  const { konnect, call } = await start();
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  const root = `/v2/control-planes/${plane}/core-entities`;
  konnect.putEntity(plane, 'consumer_groups', ids.one, { name: 'gold' });
  konnect.putEntity(plane, 'consumers', ids.one, { username: 'ann' });
  konnect.putEntity(plane, 'consumers', ids.two, { username: 'bob' });
  return { konnect, call, plane, root, group: `${root}/consumer_groups/gold` };
}

async function names(call: Client, path: string): Promise<readonly unknown[]> {
  const { body } = await call('GET', path);
  const data = typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data) ? body.data : [];
  return data.map((row) => row.username ?? row.name).toSorted();
}

describe('membership', () => {
  it('is written and read from both ends', async () => {
    const { konnect, call, root, group } = await startGroup();
    await using _ = konnect;
    const added = await call('POST', `${group}/consumers`, { body: { consumer: ids.one } });
    expect(added).toMatchObject({
      status: 201,
      body: { consumer_group: { id: ids.one, name: 'gold' }, consumers: [{ id: ids.one, username: 'ann' }] },
    });
    expect(await call('POST', `${root}/consumers/bob/consumer_groups`, { body: { group: 'gold' } })).toMatchObject({
      status: 201,
      body: { consumer: { id: ids.two }, consumer_groups: [{ id: ids.one }] },
    });
    expect(await names(call, `${group}/consumers?tags=ignored-here`)).toEqual(['ann', 'bob']);
    expect(await names(call, `${root}/consumers/ann/consumer_groups`)).toEqual(['gold']);
    expect((await call('DELETE', `${group}/consumers/${ids.one}`)).status).toBe(204);
    expect(await names(call, `${group}/consumers`)).toEqual(['bob']);
    expect((await call('DELETE', `${root}/consumers/bob/consumer_groups`)).status).toBe(204);
    expect(await names(call, `${group}/consumers`)).toEqual([]);
  });

  it('comes in pages', async () => {
    const { konnect, call, group } = await startGroup();
    await using _ = konnect;
    for (const consumer of ['ann', 'bob']) await call('POST', `${group}/consumers`, { body: { consumer } });
    const first = await call('GET', `${group}/consumers?size=1`);
    expect(first.body).toMatchObject({ data: [{ id: ids.one }], offset: expect.any(String) });
    const next = typeof first.body === 'object' && first.body !== null && 'next' in first.body ? first.body.next : '';
    const last = await call('GET', String(next));
    expect(last.body).toMatchObject({ data: [{ id: ids.two }], next: null });
    expect(last.body).not.toHaveProperty('offset');
  });

  it('is in the wrapped answer of a group, whose plugins are not', async () => {
    const { konnect, call, plane, root, group } = await startGroup();
    await using _ = konnect;
    await call('POST', `${group}/consumers`, { body: { consumer: 'ann' } });
    await call('POST', `${group}/plugins`, { body: { name: 'rate-limiting', config: { minute: 1 } } });
    const [bare] = konnect.entities(plane, 'consumer_groups');
    const [ann] = konnect.entities(plane, 'consumers');
    const wrapped = { consumer_group: bare, consumers: [ann] };
    expect((await call('GET', `${group}?list_consumers=true`)).body).toEqual(wrapped);
    expect((await call('GET', `${root}/consumer_groups`)).body).toEqual({ data: [bare], next: null });
    expect((await call('PUT', group, { body: { name: 'gold' } })).body).toMatchObject({ id: ids.one, name: 'gold' });
  });

  it('refuses what is there already and what does not exist', async () => {
    const { konnect, call, root, group } = await startGroup();
    await using _ = konnect;
    await call('POST', `${group}/consumers`, { body: { consumer: ids.one } });
    const again = await call('POST', `${group}/consumers`, { body: { consumer: ids.one } });
    const unknown = await call('POST', `${group}/consumers`, { body: { consumer: ids.missing } });
    expect(again).toMatchObject({ status: 400, body: { code: 3, details: [{ type: 'ERROR_TYPE_REFERENCE' }] } });
    expect(JSON.stringify(again.body)).toContain('(type: unique)');
    expect(unknown).toMatchObject({ status: 400, body: { code: 3, details: [{ field: 'consumer.id' }] } });
    expect(JSON.stringify(unknown.body)).toContain('(type: foreign)');
    for (const body of [{}, { consumer: '' }, { group: 'gold' }]) {
      expect((await call('POST', `${group}/consumers`, { body })).status).toBe(400);
    }
    expect((await call('GET', `${root}/consumer_groups/none/consumers`)).status).toBe(404);
    expect((await call('DELETE', `${group}/consumers/bob`)).status).toBe(204);
    expect(await names(call, `${group}/consumers`)).toEqual(['ann']);
  });

  it('ends with the consumer and with the group; neither takes the other along', async () => {
    const { konnect, call, plane, root, group } = await startGroup();
    await using _ = konnect;
    for (const consumer of ['ann', 'bob']) await call('POST', `${group}/consumers`, { body: { consumer } });
    await call('DELETE', `${root}/consumers/ann`);
    expect(await names(call, `${group}/consumers`)).toEqual(['bob']);
    await call('DELETE', group);
    expect(konnect.entities(plane, 'consumers')).toMatchObject([{ username: 'bob' }]);
    const again = idIn(await call('POST', `${root}/consumer_groups`, { body: { id: ids.one, name: 'gold' } }));
    expect(await names(call, `${root}/consumer_groups/${again}/consumers`)).toEqual([]);
  });
});
