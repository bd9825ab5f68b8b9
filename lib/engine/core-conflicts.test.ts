import { describe, expect, it } from 'vitest';
import {
  editPlace,
  editService,
  entities,
  entity,
  look,
  objectOf,
  placeOfService,
  planeId,
  programmedService,
  serviceStage,
} from '../../test/memory/core.ts';
import { conditionText, konnectCalls } from '../../test/memory/manifests.ts';
import type { Stage } from '../../test/memory/stage.ts';

const elsewhere = 'a7f0c4a4-0000-4000-8000-000000000001';
const another = 'a7f0c4a4-0000-4000-8000-000000000002';
const stranger = 'k8s-uid:99999999-0000-4000-8000-000000000000';

/** An entity that was there before, with the tags given. */
function existing(stage: Stage, id: string, tags: readonly string[], name = 'shop'): void {
  stage.konnect.putEntity(planeId(stage), 'services', id, { name, host: 'old.internal', tags });
}

function own(stage: Stage): string {
  return `k8s-uid:${objectOf(stage).metadata.uid}`;
}

function programmed(stage: Stage): string {
  return conditionText(objectOf(stage), 'Programmed');
}

describe('a name that is taken', () => {
  it("by the object's own entity under another id is that entity's: it is taken over", async () => {
    await using stage = await serviceStage({ name: 'shop' });
    existing(stage, elsewhere, [own(stage)]);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(entity(stage)).toMatchObject({ id: elsewhere, host: 'shop.internal' });
    expect(placeOfService(stage)?.id).toBe(elsewhere);
  });

  it('and stays with that id through edits and drift checks', async () => {
    await using stage = await serviceStage({ name: 'shop' });
    existing(stage, elsewhere, [own(stage)]);
    await look(stage);
    editService(stage, { spec: { retries: 2 } });
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(entity(stage)).toMatchObject({ id: elsewhere, retries: 2 });
  });

  it('T8 by the entity of another object is told with its owner, and nothing is written', async () => {
    await using stage = await serviceStage({ name: 'shop' });
    existing(stage, elsewhere, [stranger]);

    expect(await look(stage)).toMatchObject({ is: 'terminal' });

    expect(programmed(stage)).toMatch(/^False FailedToCreate: .*belongs to the object with uid 99999999-/);
    expect(programmed(stage)).toContain(elsewhere);
    expect(entity(stage)).toMatchObject({ id: elsewhere, host: 'old.internal' });
  });

  it('by something made by hand is told, and nothing is written', async () => {
    await using stage = await serviceStage({ name: 'shop' });
    existing(stage, elsewhere, []);

    expect(await look(stage)).toMatchObject({ is: 'terminal' });

    expect(programmed(stage)).toMatch(/belongs to no Kubernetes object/);
    expect(entity(stage)['host']).toBe('old.internal');
  });

  it('T66 by another object while ours is renamed is told with its owner, and ours stays as it was', async () => {
    await using stage = await programmedService({ name: 'one' });
    existing(stage, elsewhere, [stranger], 'two');
    editService(stage, { spec: { name: 'two' } });

    expect(await look(stage)).toMatchObject({ is: 'terminal' });

    expect(programmed(stage)).toMatch(/belongs to the object with uid 99999999-/);
    expect(
      entities(stage)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['one', 'two']);
  });

  it('which ours has to get while it is under another id, is told as well', async () => {
    await using stage = await serviceStage({ name: 'shop' });
    existing(stage, elsewhere, [own(stage)], 'old');
    existing(stage, another, [stranger], 'shop');

    expect(await look(stage)).toMatchObject({ is: 'terminal' });

    expect(programmed(stage)).toMatch(/belongs to the object with uid 99999999-/);
    expect(programmed(stage)).toContain(another);
  });

  it('is tried again where Konnect fails while ours is taken over', async () => {
    await using stage = await serviceStage({ name: 'shop' });
    existing(stage, elsewhere, [own(stage)]);
    stage.konnect.setFault(({ method, path }) =>
      method === 'PUT' && path.endsWith(elsewhere) ? { status: 503 } : undefined,
    );

    expect(await look(stage)).toMatchObject({ is: 'retry' });

    expect(entity(stage)).toMatchObject({ id: elsewhere, host: 'old.internal' });
  });

  it('T5 is for a person to sort out where two entities carry the uid of the object', async () => {
    await using stage = await serviceStage({ name: 'shop' });
    existing(stage, elsewhere, [own(stage)]);
    existing(stage, another, [own(stage)], 'shop-2');

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });

    expect(programmed(stage)).toContain(elsewhere);
    expect(programmed(stage)).toContain(another);
    expect(entities(stage).map(({ host }) => host)).toEqual(['old.internal', 'old.internal']);
  });
});

describe('a status that names an entity of somebody else', () => {
  it('leads to no write', async () => {
    await using stage = await programmedService();
    existing(stage, elsewhere, [stranger]);
    editPlace(stage, { id: elsewhere });
    editService(stage, { spec: { retries: 2 } });

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });

    expect(entities(stage).find(({ id }) => id === elsewhere)).toMatchObject({ host: 'old.internal' });
  });

  it('is corrected where that entity is gone', async () => {
    await using stage = await programmedService();
    const { id } = entity(stage);
    editPlace(stage, { id: elsewhere });

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(placeOfService(stage)?.id).toBe(id);
  });

  it.each(['../consumers', 'a/b', 'a%2fb'])('leads nowhere else: %s', async (id) => {
    await using stage = await programmedService();
    editPlace(stage, { id });

    expect(await look(stage, 'drift')).toMatchObject({ is: 'terminal' });

    expect(konnectCalls(stage)).toEqual([]);
  });
});

describe('an entity of ours that another object took', () => {
  it('is not written by a drift check any more', async () => {
    await using stage = await programmedService();
    const { id } = entity(stage);
    stage.konnect.patchEntity(planeId(stage), 'services', id, { tags: [stranger], retries: 1 });

    expect(await look(stage, 'drift')).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });

    expect(entity(stage)['retries']).toBe(1);
  });
});
