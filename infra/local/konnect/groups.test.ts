import { describe, expect, it } from 'vitest';
import type { ClusterType } from './state.ts';
import { at, type Client, idIn, organization, start } from './test-client.ts';

const missing = '0a6bb5b8-3b5c-4d0c-9d54-8f3c1b3f0aff';

async function create(call: Client, name: string, kind?: ClusterType): Promise<string> {
  const body = { name, ...(kind && { cluster_type: kind }) };
  return idIn(await call('POST', '/v2/control-planes', { body }));
}

async function startWithGroup() {
  const { konnect, call } = await start();
  const group = await create(call, 'group', 'CLUSTER_TYPE_CONTROL_PLANE_GROUP');
  const path = `/v2/control-planes/${group}/group-memberships`;
  const set = (ids: readonly string[], verb: '' | '/add' | '/remove' = '') =>
    call(verb === '' ? 'PUT' : 'POST', path + verb, { body: { members: ids.map((id) => ({ id })) } });
  return { konnect, call, group, path, set };
}

describe('control plane groups', () => {
  it('replaces the members by PUT, and adds and removes single ones', async () => {
    const { konnect, call, group, path, set } = await startWithGroup();
    await using _ = konnect;
    const [a, b, c] = [await create(call, 'aa'), await create(call, 'bb'), await create(call, 'cc')];
    expect(await set([a, b])).toMatchObject({ status: 204, body: undefined });
    expect((await set([c])).status).toBe(204);
    expect(konnect.members(group)).toEqual([c]);
    await set([a, c], '/add');
    expect(konnect.members(group)).toEqual([c, a]);
    await set([c, b], '/remove');
    expect(konnect.members(group)).toEqual([a]);
    const listed = await call('GET', path);
    expect(listed.body).toMatchObject({
      data: [{ id: a, name: 'aa' }],
      meta: { page: { size: 10, total: 1, next: null } },
    });
    await set([]);
    expect(konnect.members(group)).toEqual([]);
  });

  it('pages members by cursor', async () => {
    const { konnect, call, path, set } = await startWithGroup();
    await using _ = konnect;
    const ids = [await create(call, 'aa'), await create(call, 'bb'), await create(call, 'cc')];
    await set(ids);
    const first = await call('GET', `${path}?page[size]=2`);
    const next = at(first.body, 'meta', 'page', 'next');
    const second = await call('GET', String(next));
    expect(at(second.body, 'meta', 'page')).toEqual({ size: 2, next: null });
    const seen = [at(first.body, 'data', 0, 'id'), at(first.body, 'data', 1, 'id'), at(second.body, 'data', 0, 'id')];
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect((await call('GET', `${path}?page[after]=nonsense`)).status).toBe(400);
  });

  it('takes plain control planes only', async () => {
    const { konnect, call, group, set } = await startWithGroup();
    await using _ = konnect;
    const kic = await create(call, 'kic', 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER');
    const plain = await create(call, 'plain');
    for (const member of [kic, group, missing, 'no-uuid']) {
      const reply = await set([plain, member]);
      expect(reply).toMatchObject({ status: 400, body: { invalid_parameters: [{ field: 'members.1.id' }] } });
    }
    expect(konnect.members(group)).toEqual([]);
  });

  it('limits members per call and per group, and groups per member', async () => {
    const { konnect, call, set } = await startWithGroup();
    await using _ = konnect;
    const strangers = Array.from({ length: 257 }, () => missing);
    expect((await set(strangers)).body).toMatchObject({ invalid_parameters: [{ rule: 'max_items', maximum: 256 }] });
    expect((await set(strangers.slice(0, 51), '/add')).body).toMatchObject({ invalid_parameters: [{ maximum: 50 }] });
    const member = await create(call, 'popular');
    for (let n = 0; n < 5; n += 1) {
      const wanted = { name: `group-${n}`, cluster_type: 'CLUSTER_TYPE_CONTROL_PLANE_GROUP' } as const;
      konnect.setMembers(konnect.createControlPlane(organization.id, wanted).id, [member]);
    }
    expect((await set([member])).body).toMatchObject({
      invalid_parameters: [{ reason: expect.stringMatching(/too many/) }],
    });
  });

  it('says whether a control plane is a member and how the group is', async () => {
    const { konnect, call, group, set } = await startWithGroup();
    await using _ = konnect;
    const member = await create(call, 'member');
    const status = () => call('GET', `/v2/control-planes/${member}/group-member-status`);
    expect((await status()).body).toEqual({ is_member: false });
    await set([member]);
    expect((await status()).body).toEqual({ is_member: true });
    const item = { id: group, state: 'OK', conflicts: [] };
    expect((await call('GET', `/v2/control-planes/${group}/group-status`)).body).toMatchObject({ item });
    expect((await call('GET', `/v2/control-planes/${member}/group-status`)).status).toBe(400);
    expect(
      (await call('PUT', `/v2/control-planes/${member}/group-memberships`, { body: { members: [] } })).status,
    ).toBe(400);
  });

  it('forgets a member that is deleted', async () => {
    const { konnect, call, group, set } = await startWithGroup();
    await using _ = konnect;
    const [kept, gone] = [await create(call, 'kept'), await create(call, 'gone')];
    await set([kept, gone]);
    await call('DELETE', `/v2/control-planes/${gone}`);
    expect(konnect.members(group)).toEqual([kept]);
  });

  it.each([{}, { members: [{ name: 'x' }] }, { members: 'x' }, { members: [], extra: 1 }, []])(
    'refuses the body %j',
    async (body) => {
      const { konnect, call, path } = await startWithGroup();
      await using _ = konnect;
      const reply = await call('PUT', path, { body });
      expect(reply).toMatchObject({
        status: 400,
        type: 'application/problem+json',
        body: { title: 'Invalid Request' },
      });
    },
  );
});
