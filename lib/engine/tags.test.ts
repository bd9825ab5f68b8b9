import { describe, expect, it } from 'vitest';
import { editService, entity, look, objectOf, programmedService, serviceStage } from '../../test/memory/core.ts';
import { conditionText, konnectCalls } from '../../test/memory/manifests.ts';
import { isRecord, type KubernetesObject } from './objects.ts';
import { entityTags, ownerOf } from './tags.ts';

const object: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'one', uid: 'u-1', resourceVersion: '1' },
};
const owner = { 'k8s-name': 'one', 'k8s-uid': 'u-1' };

function annotated(tags: string): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, annotations: { 'konghq.com/tags': tags } } };
}

describe('the tags of an entity', () => {
  it('are those of the owner, then of the spec, then of the annotation, each once', () => {
    expect(entityTags(owner, ['b', 'a', 'b'], annotated('c, a ,,d'))).toEqual({
      own: ['k8s-name:one', 'k8s-uid:u-1'],
      users: ['b', 'a', 'c', 'd'],
      dropped: [],
    });
  });

  it('T59 are cut at 128 characters, never in the middle of one, and the uid stays whole', () => {
    const { own } = entityTags({ 'k8s-name': '😀'.repeat(200), 'k8s-uid': 'u-1' }, [], object);
    expect(own).toEqual([`k8s-name:${'😀'.repeat(119)}`, 'k8s-uid:u-1']);
  });

  it('T60 name what does not fit', () => {
    const tags = Array.from({ length: 30 }, (_, index) => `tag-${index}`);
    const { users, dropped } = entityTags(owner, tags, object);
    expect(users).toEqual(tags.slice(0, 28));
    expect(dropped).toEqual(['tag-28', 'tag-29']);
  });

  it('T69 leave out what would change the meaning of a filter, and say so', () => {
    const { users, dropped } = entityTags(owner, ['a,b', 'c/d', 'e'], object);
    expect(users).toEqual(['e']);
    expect(dropped).toEqual(['a,b', 'c/d']);
  });

  it.each([
    [undefined, undefined],
    ['k8s-uid:u', undefined],
    [['x', 7, null], undefined],
    [['k8s-uids:u'], undefined],
    [['x', 'k8s-uid:u'], 'u'],
  ])('name the owner: %j is %j', (tags, uid) => {
    expect(ownerOf(tags)).toBe(uid);
  });
});

describe('the tags of a programmed entity', () => {
  it('T60 are all 20 of the user beside our own', async () => {
    const tags = Array.from({ length: 20 }, (_, index) => `tag-${index}`);
    await using stage = await programmedService({ tags });

    expect(entity(stage)['tags']).toEqual(expect.arrayContaining(tags));
    expect(conditionText(objectOf(stage), 'TagsComplete')).toBe('absent');
  });

  it('T60 T69 tell in a condition what was left out, until it fits', async () => {
    const annotations = { 'konghq.com/tags': Array.from({ length: 25 }, (_, index) => `more-${index}`).join() };
    await using stage = await serviceStage({ tags: ['with/slash', 'fine'] }, { annotations });
    expect(await look(stage)).toEqual({ is: 'done' });

    expect(entity(stage)['tags']).toHaveLength(30);
    expect(conditionText(objectOf(stage), 'TagsComplete')).toMatch(/^False TagsDropped: .*with\/slash, more-/);
    expect(conditionText(objectOf(stage), 'Programmed')).toBe('True Programmed');

    editService(stage, { metadata: { annotations: { 'konghq.com/tags': null } }, spec: { tags: ['fine'] } });
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(conditionText(objectOf(stage), 'TagsComplete')).toBe('True TagsComplete');
  });

  it('T69 go into no filter but the uid', async () => {
    await using stage = await serviceStage({ name: 'shop', tags: ['a/b'] });
    const [plane] = stage.konnect.controlPlanes().filter(({ name }) => name === 'cp');
    const id = 'a7f0c4a4-0000-4000-8000-000000000001';
    stage.konnect.putEntity(plane?.id ?? '', 'services', id, { name: 'shop', host: 'old' });
    await look(stage);

    const queries = stage.konnect.requests.map(({ query }) => query).filter(isRecord);
    expect(queries.flatMap(({ tags }) => (tags === undefined ? [] : [tags]))).toEqual([
      `k8s-uid:${objectOf(stage).metadata.uid}`,
    ]);
  });

  it('T18 that change with the generation alone are no difference', async () => {
    await using stage = await programmedService();
    const { tags } = entity(stage);
    const changed = (tags as string[]).map((tag) => (tag.startsWith('k8s-generation:') ? 'k8s-generation:77' : tag));
    stage.konnect.patchEntity(String(stagePlane(stage)), 'services', entity(stage).id, { tags: changed });

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(konnectCalls(stage).filter((call) => call.startsWith('PUT'))).toEqual([]);
  });
});

function stagePlane({ konnect }: Awaited<ReturnType<typeof programmedService>>): string | undefined {
  return konnect.controlPlanes().find(({ name }) => name === 'cp')?.id;
}
