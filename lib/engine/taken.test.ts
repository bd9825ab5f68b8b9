import { describe, expect, it } from 'vitest';
import { entities, planeId, service, serviceKind } from '../../test/memory/core.ts';
import { conditionText, key } from '../../test/memory/manifests.ts';
import { stageWithControlPlane } from '../../test/memory/plugins.ts';
import type { Stage } from '../../test/memory/stage.ts';
import { deletionPolicyAnnotation, kongOperatorFinalizer, pausedAnnotation } from './names.ts';
import { conditionsOf } from './objects.ts';
import { placeOf } from './place.ts';

/* A name that a service of this cluster has in Konnect, and another service is to get. */

const { resource } = serviceKind;
const minute = 60_000;

const look = (stage: Stage, name: string) => stage.reconcile(serviceKind, name);
const rename = (stage: Stage, name: string, to: string) =>
  stage.cluster.user.edit(resource, key(name), { spec: { name: to } });
const annotate = (stage: Stage, annotation: string, value: string) =>
  stage.cluster.user.edit(resource, key('one'), { metadata: { annotations: { [annotation]: value } } });
const programmed = (stage: Stage, name: string) => conditionText(stage.object(serviceKind, name), 'Programmed');
const names = (stage: Stage) => entities(stage).map(({ name }) => name);

/** The service `one` has the name `shop`, and `two` is to have it. */
async function contested(): Promise<Stage> {
  const stage = await stageWithControlPlane();
  stage.cluster.user.apply(resource, service({ name: 'shop' }, {}, 'one'));
  await look(stage, 'one');
  stage.cluster.user.apply(resource, service({ name: 'shop' }, {}, 'two'));
  return stage;
}

function wait(stage: Stage, minutes: number): void {
  stage.now = new Date(stage.now.getTime() + minutes * minute);
}

describe('a name whose holder lets go of it by itself', () => {
  it.each<{ why: string; told: string; prepare: (stage: Stage) => unknown }>([
    {
      why: 'it is being deleted',
      told: 'which is being deleted',
      prepare: (stage) => stage.cluster.user.remove(resource, key('one')),
    },
    {
      why: 'it was given another name, and nobody has looked at that yet',
      told: 'whose last change is not in Konnect yet',
      prepare: (stage) => rename(stage, 'one', 'store'),
    },
    {
      why: 'it was given another name, which could not be written at once',
      told: 'whose last change is not in Konnect yet',
      prepare: async (stage) => {
        rename(stage, 'one', 'store');
        stage.konnect.setFault(({ method }) => (method === 'PUT' ? { status: 503 } : undefined));
        await look(stage, 'one');
        stage.konnect.setFault(undefined);
      },
    },
  ])('T66 is tried again where $why, and told meanwhile', async ({ told, prepare }) => {
    await using stage = await contested();
    await prepare(stage);

    expect(await look(stage, 'two')).toMatchObject({ is: 'retry' });

    expect(programmed(stage, 'two')).toMatch(
      /^False FailedToCreate: .*; the entity \S+ in Konnect belongs to .* \(KongService team\/one of cluster blue\), /,
    );
    expect(programmed(stage, 'two')).toContain(`), ${told}: this is tried again`);
    expect(await look(stage, 'one')).toEqual({ is: 'done' });
    expect(await look(stage, 'two')).toEqual({ is: 'done' });
    expect(names(stage)).toContain('shop');
    expect(programmed(stage, 'two')).toBe('True Programmed');
  });

  it('is tried again where nobody has it any more when somebody looks', async () => {
    await using stage = await contested();
    stage.konnect.setFault(({ method }) => void (method === 'GET' && drop(stage)));

    expect(await look(stage, 'two')).toMatchObject({ is: 'retry' });

    expect(programmed(stage, 'two')).toMatch(/^False FailedToCreate: .*; nobody has it by now: this is tried again$/);
    expect(await look(stage, 'two')).toEqual({ is: 'done' });
  });

  it.each<{ why: string; told: string; meanwhile: (stage: Stage) => void }>([
    { why: 'was deleted', told: 'which is gone by now', meanwhile: drop },
    { why: 'was written under another name', told: 'whose last change', meanwhile: written },
  ])('is tried again where its holder $why after it was found', async ({ told, meanwhile }) => {
    await using stage = await contested();
    stage.cluster.intercept(({ verb, name }) => void (verb === 'get' && name === 'one' && meanwhile(stage)));

    expect(await look(stage, 'two')).toMatchObject({ is: 'retry', message: expect.stringContaining(told) });

    stage.cluster.intercept(undefined);
    expect(await look(stage, 'two')).toEqual({ is: 'done' });
  });
});

describe('a name whose holder stays', () => {
  it.each<{ why: string; prepare: (stage: Stage) => unknown }>([
    { why: 'it has it by right', prepare: () => undefined },
    {
      why: 'it was retained, and its object is gone',
      prepare: async (stage) => {
        annotate(stage, deletionPolicyAnnotation, 'retain');
        stage.cluster.user.remove(resource, key('one'));
        await look(stage, 'one');
      },
    },
    {
      why: 'it was retained, and another object has the name of its object',
      prepare: async (stage) => {
        annotate(stage, deletionPolicyAnnotation, 'retain');
        stage.cluster.user.remove(resource, key('one'));
        await look(stage, 'one');
        stage.cluster.user.apply(resource, service({ name: 'shop' }, {}, 'one'));
      },
    },
    {
      why: 'its deletion waits for something else for long',
      prepare: (stage) => {
        stage.cluster.user.remove(resource, key('one'));
        wait(stage, 31);
      },
    },
    {
      why: 'it could not be written for long',
      prepare: async (stage) => {
        rename(stage, 'one', 'store');
        stage.konnect.setFault(({ method }) => (method === 'PUT' ? { status: 400 } : undefined));
        await look(stage, 'one');
        stage.konnect.setFault(undefined);
        wait(stage, 31);
      },
    },
    {
      why: 'nobody looks at it, since it is paused',
      prepare: (stage) => {
        annotate(stage, pausedAnnotation, 'true');
        rename(stage, 'one', 'store');
      },
    },
    {
      why: "nobody looks at it, since Kong's operator holds it",
      prepare: (stage) => {
        const finalizers = [...(stage.object(serviceKind, 'one').metadata.finalizers ?? []), kongOperatorFinalizer];
        stage.cluster.user.edit(resource, key('one'), { metadata: { finalizers } });
        rename(stage, 'one', 'store');
      },
    },
    {
      why: 'it is of another cluster',
      prepare: (stage) => {
        retag(stage, 'cluster:blue', 'cluster:red');
        rename(stage, 'one', 'store');
      },
    },
    {
      why: 'it is of another kind',
      prepare: (stage) => {
        retag(stage, 'kind:KongService', 'kind:Service');
        rename(stage, 'one', 'store');
      },
    },
  ])('is told once where $why', async ({ prepare }) => {
    await using stage = await contested();
    await prepare(stage);

    expect(await look(stage, 'two')).toMatchObject({ is: 'terminal' });

    expect(programmed(stage, 'two')).toMatch(/: change what both would have, or delete that entity$/);
    expect(names(stage)).toEqual(['shop']);
  });
});

it('names that are exchanged are told on both sides, and no more tried after half an hour', async () => {
  await using stage = await contested();
  rename(stage, 'two', 'store');
  await look(stage, 'two');
  rename(stage, 'one', 'store');
  rename(stage, 'two', 'shop');

  for (const name of ['one', 'two', 'one', 'two']) expect(await look(stage, name)).toMatchObject({ is: 'retry' });

  expect(programmed(stage, 'one')).toMatch(/^False FailedToUpdate: .*\/two of cluster blue\), .*this is tried again/);
  expect(programmed(stage, 'two')).toMatch(/^False FailedToUpdate: .*\/one of cluster blue\), .*this is tried again/);
  wait(stage, 31);
  for (const name of ['one', 'two']) expect(await look(stage, name)).toMatchObject({ is: 'terminal' });
});

/** The service `one` and its entity are gone. */
function drop(stage: Stage): void {
  if (stage.find(resource, 'one') === undefined) return;
  stage.konnect.removeEntity(planeId(stage), 'services', idOf(stage));
  stage.cluster.user.drop(resource, key('one'));
}

/** The service `one` has another name, in Konnect as well. */
function written(stage: Stage): void {
  stage.konnect.patchEntity(planeId(stage), 'services', idOf(stage), { name: 'store' });
  rename(stage, 'one', 'store');
  const object = stage.object(serviceKind, 'one');
  const seen = conditionsOf(object).map((one) => ({ ...one, observedGeneration: object.metadata.generation }));
  stage.cluster.user.editStatus(resource, key('one'), { conditions: seen });
}

function idOf(stage: Stage): string {
  return placeOf(stage.object(serviceKind, 'one'))?.id ?? '';
}

function retag(stage: Stage, from: string, to: string): void {
  const [{ id, tags } = { id: '', tags: [] }] = entities(stage);
  const changed = Array.isArray(tags) ? tags.map((tag) => String(tag).replace(from, to)) : [];
  stage.konnect.patchEntity(planeId(stage), 'services', id, { tags: changed });
}
