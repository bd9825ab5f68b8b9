import { describe, expect, it } from 'vitest';
import {
  consumer,
  consumerKind,
  editService,
  entity,
  hmacKind,
  look,
  objectOf,
  programmedService,
  serviceKind,
  serviceStage,
} from '../../test/memory/core.ts';
import { conditionText, forget, konnectCalls, settle } from '../../test/memory/manifests.ts';
import { namespace, type Stage } from '../../test/memory/stage.ts';

const services = '/v2/control-planes/{id}/core-entities/services';

describe('a secret that Konnect generated', () => {
  it('stays through edits, and is no drift', async () => {
    await using stage = await programmedService();
    stage.cluster.user.apply(consumerKind.resource, consumer());
    await settle(stage, consumerKind, 'alice');
    const spec = { consumerRef: { name: 'alice' }, username: 'alice' };
    stage.cluster.user.apply(hmacKind.resource, { metadata: { name: 'alice', namespace }, spec });
    await settle(stage, hmacKind, 'alice');
    const { secret } = entity(stage, 'hmac-auths');

    stage.cluster.user.edit(hmacKind.resource, { namespace, name: 'alice' }, { spec: { username: 'alice-2' } });
    expect(await stage.reconcile(hmacKind, 'alice')).toEqual({ is: 'done' });
    expect(await stage.reconcile(hmacKind, 'alice', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(entity(stage, 'hmac-auths')).toMatchObject({ username: 'alice-2', secret });
    expect(secret).toMatch(/./);
  });
});

it.each([
  { edit: 'a first one', prepare: () => serviceStage({ protocol: 'carrier-pigeon' }), reason: 'FailedToCreate' },
  { edit: 'an edit', prepare: programmedAndSpoilt, reason: 'FailedToUpdate' },
])('says of $edit that Konnect refuses that it was that', async ({ prepare, reason }) => {
  await using stage = await prepare();

  expect(await look(stage)).toMatchObject({ is: 'terminal' });

  expect(conditionText(objectOf(stage), 'Programmed')).toMatch(new RegExp(`^False ${reason}: .*protocol`));
});

describe('tags in the annotation', () => {
  it('do not make the forwarder see its own note as a change', async () => {
    await using stage = await programmedService();
    const noted = () => Object.keys(objectOf(stage).metadata.annotations ?? {});
    const before = noted();
    annotate(stage, 'one');
    await look(stage);

    const notes = noted().filter((name) => !before.includes(name) && name !== 'konghq.com/tags');
    expect(notes).toHaveLength(1);
    expect(serviceKind.notes).toEqual(expect.arrayContaining(notes));
  });
});

it('T21 T37 writes an edit that a drift check meets first, also where it only takes a field out', async () => {
  await using stage = await programmedService({ tls_verify: false, protocol: 'https' });
  editService(stage, { spec: { tls_verify: null } });

  expect(await look(stage, 'drift')).toEqual({ is: 'done' });

  expect(konnectCalls(stage)).toEqual([`GET ${services}/{id}`, `PUT ${services}/{id}`]);
  expect(entity(stage)['tls_verify']).toBeUndefined();
});

async function programmedAndSpoilt(): Promise<Stage> {
  const stage = await programmedService();
  editService(stage, { spec: { protocol: 'carrier-pigeon' } });
  return stage;
}

function annotate(stage: Stage, tags: string | null): void {
  editService(stage, { metadata: { annotations: { 'konghq.com/tags': tags } } });
}

it('T37 an event of an earlier edit that comes back after a later one was written does nothing', async () => {
  await using stage = await programmedService();
  editService(stage, { spec: { retries: 6 } });
  const { generation = 0, resourceVersion } = objectOf(stage).metadata;
  stage.konnect.setFault(() => ({ status: 429, retryAfter: 5 }));
  expect((await look(stage)).is).toBe('retry');
  stage.konnect.setFault(undefined);
  stage.now = new Date(stage.now.getTime() + 5_000);
  editService(stage, { spec: { retries: 7 } });
  expect(await look(stage)).toEqual({ is: 'done' });
  forget(stage);

  const said = { generation, resourceVersion };
  expect(await stage.reconcile(serviceKind, 'svc', { said })).toEqual({ is: 'done' });

  expect(konnectCalls(stage)).toEqual([]);
  expect(entity(stage)['retries']).toBe(7);
});
