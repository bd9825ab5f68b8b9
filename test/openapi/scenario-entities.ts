import { type Client, idIn } from '../../infra/local/konnect/test-client.ts';
import { type Body, type EntityBodies, entityBodies } from './entity-bodies.ts';

/** Drives every operation of every type at every place it has, and leaves nothing behind. */
export async function driveEntities(call: Client, root: string): Promise<void> {
  const ids = new Map<string, string>();
  const fill = (text: string) => text.replaceAll(/\{([^{}:"]+)\}/g, (whole, name: string) => ids.get(name) ?? whole);
  const made: string[] = [];
  for (const [index, bodies] of (await entityBodies()).entries()) {
    const path = `${root}/${fill(bodies.path)}`;
    const id = `6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0e${String(index).padStart(4, '0')}`;
    const filled = (body: Body): Body => JSON.parse(fill(JSON.stringify(body)));
    await driveOne(call, path, id, { ...bodies, body: filled(bodies.body), other: filled(bodies.other) });
    if (bodies.reads !== undefined) await driveReads(call, `${root}/${bodies.reads}`, id);
    ids.set(bodies.as, id);
    made.push(`${path}/${id}`);
  }
  await driveTargetList(call, root);
  for (const path of made.toReversed()) await call('DELETE', path);
}

/** The entity under `id` stays, for others to point at. */
async function driveOne(call: Client, path: string, id: string, bodies: EntityBodies): Promise<void> {
  const { body, other, refused, queries = [] } = bodies;
  await call('PUT', `${path}/${id}`, { body });
  const second = `${path}/${idIn(await call('POST', path, { body: other }))}`;
  await call('POST', path, { body: refused });
  await call('PUT', second, { body: { ...other, nonsense: true } });
  for (const query of ['size=1', 'tags=k8s-uid:1', ...queries]) await call('GET', `${path}?${query}`);
  await call('GET', `${path}?size=0`);
  await call('GET', `${path}/${id}`);
  await call('DELETE', second);
  await call('GET', second);
}

async function driveReads(call: Client, path: string, id: string): Promise<void> {
  for (const query of ['', '?tags=k8s-uid:1', '?size=0']) await call('GET', path + query);
  await call('GET', path, { token: undefined });
  await call('GET', `${path}/${id}`);
  await call('GET', `${path}/no-uuid`);
  await call('POST', path, { body: {} });
}

async function driveTargetList(call: Client, root: string): Promise<void> {
  for (const query of ['', '?size=1&tags=k8s-uid:1', '?size=0']) await call('GET', `${root}/targets${query}`);
  await call('GET', `${root}/targets`, { token: undefined });
}

/** Consumers in groups, from both ends. */
export async function driveMemberships(call: Client, root: string): Promise<void> {
  const consumer = idIn(await call('POST', `${root}/consumers`, { body: { username: 'member' } }));
  const group = idIn(await call('POST', `${root}/consumer_groups`, { body: { name: 'members' } }));
  const ends = [
    { path: `${root}/consumer_groups/${group}/consumers`, other: consumer, body: { consumer } },
    { path: `${root}/consumers/${consumer}/consumer_groups`, other: group, body: { group } },
  ];
  for (const { path, other, body } of ends) {
    await call('POST', path, { body });
    await call('POST', path, { body });
    await call('POST', path, { body: {} });
    await call('GET', `${path}?size=1`);
    await call('GET', `${root}/consumer_groups/${group}?list_consumers=true`);
    await call('DELETE', `${path}/${other}`);
    await call('POST', path, { body });
    await call('DELETE', path);
  }
  await call('DELETE', `${root}/consumers/${consumer}`);
  await call('DELETE', `${root}/consumer_groups/${group}`);
}
