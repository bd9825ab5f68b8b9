import { describe, expect, it } from 'vitest';
import { editService, entity, look, objectOf, programmedService, serviceStage } from '../../test/memory/core.ts';
import { conditionText, konnectCalls } from '../../test/memory/manifests.ts';
import { isRecord, type KubernetesObject } from './objects.ts';
import type { Run } from './run.ts';
import { entityTags, generationOf, isNamed, namedOwner, ownerHere, ownerNamed, ownerOf } from './tags.ts';

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

  it('T60 have room for 128 characters of the user each, and no more', () => {
    const [fits, isTooLong] = ['😀'.repeat(128), '😀'.repeat(129)];
    expect(entityTags(owner, [fits, isTooLong], object)).toMatchObject({ users: [fits], dropped: [isTooLong] });
  });

  it('say once what the user says of the owner as well', () => {
    expect(entityTags(owner, ['k8s-uid:u-1', 'a'], object)).toMatchObject({ users: ['a'], dropped: [] });
  });

  it.each(['k8s-uid:u-2', 'k8s-namespace:other', 'k8s-generation:9', 'managed-by:konnect-reconciler'])(
    'name no other owner, whoever says so: %s',
    (tag) => {
      const others = ['k8s-uid', 'k8s-uids:u-2', 'a-k8s-uid:u-2'];
      const { users, dropped } = entityTags(owner, [tag, ...others], annotated(tag));
      expect(users).toEqual(others);
      expect(dropped).toEqual([tag]);
    },
  );

  it('T69 name the owner without what would change the meaning of a filter', () => {
    expect(entityTags({ 'k8s-name': 'a/b,c' }, [], object).own).toEqual(['k8s-name:a-b-c']);
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
    [{ 'k8s-uid': 'u' }, 'u'],
  ])('name the owner: %j is %j', (tags, uid) => {
    expect(ownerOf(tags)).toBe(uid);
  });
});

describe('the owner that tags name', () => {
  const [kind, name, namespace, cluster] = ['k8s-kind:Shop', 'k8s-name:one', 'k8s-namespace:team', 'k8s-cluster:east'];

  it.each([
    { tags: undefined },
    { tags: ['a'] },
    { tags: [kind, namespace] },
    { tags: [name, namespace] },
    { tags: [kind, name], owner: { kind: 'Shop', key: { name: 'one' }, cluster: undefined }, text: 'Shop one' },
    {
      tags: ['a', cluster, namespace, name, kind],
      owner: { kind: 'Shop', key: { namespace: 'team', name: 'one' }, cluster: 'east' },
      text: 'Shop team/one of cluster east',
    },
    {
      tags: { 'k8s-kind': 'Shop', 'k8s-name': 'one', 'k8s-cluster': 7 },
      owner: { kind: 'Shop', key: { name: 'one' }, cluster: undefined },
      text: 'Shop one',
    },
    { tags: { 'k8s-kind': 'Shop' } },
  ])('of $tags is $text', ({ tags, owner: named, text }) => {
    expect(namedOwner(tags)).toStrictEqual(named);
    expect(ownerNamed(tags)).toBe(text);
  });

  it.each([
    {
      where: 'in its tags',
      entity: { tags: [kind, name, namespace, cluster] },
      is: { namespace: 'team', name: 'one' },
    },
    {
      where: 'in its labels',
      entity: { labels: { 'k8s-kind': 'Shop', 'k8s-name': 'one', 'k8s-cluster': 'east' } },
      is: { name: 'one' },
    },
    { where: 'of another kind', entity: { tags: ['k8s-kind:Bakery', name, cluster] } },
    { where: 'of another cluster', entity: { tags: [kind, name, 'k8s-cluster:west'] } },
    { where: 'of a cluster that is not told', entity: { tags: [kind, name] } },
    { where: 'by a name that may have been cut', entity: { tags: [kind, `k8s-name:${'x'.repeat(119)}`, cluster] } },
    { where: 'nowhere', entity: {} },
  ])('is here where an entity names it $where: $is', ({ entity, is }) => {
    const run = { kind: { resource: { kind: 'Shop' } }, cluster: { name: 'east' } } as unknown as Run;
    expect(ownerHere(run, entity)).toStrictEqual(is);
  });

  it.each([
    { key: { namespace: 'team', name: 'one' }, tags: [kind, name, namespace], is: true },
    { key: { name: 'one' }, tags: [kind, name], is: true },
    { key: { namespace: 'team', name: 'other' }, tags: [kind, name, namespace], is: false },
    { key: { namespace: 'other', name: 'one' }, tags: [kind, name, namespace], is: false },
    { key: { name: 'one' }, tags: [kind, name, namespace], is: false },
    { key: { name: 'one' }, tags: [name], is: false },
    { key: { name: 'one' }, tags: undefined, is: false },
  ])('is $key: $is for $tags', ({ key, tags, is }) => {
    expect(isNamed(tags, key)).toBe(is);
  });

  it('is known by as much of a long name as fits into a tag', () => {
    const long = 'x'.repeat(253);
    const { own } = entityTags({ 'k8s-kind': 'Shop', 'k8s-name': long }, [], object);
    expect(isNamed(own, { name: long })).toBe(true);
    expect(isNamed(own, { name: 'x'.repeat(118) })).toBe(false);
  });

  it.each([
    [['a'], undefined],
    [['a', 'k8s-generation:12'], 12],
    [['k8s-generation:'], undefined],
    [['k8s-generation:x'], undefined],
    [['k8s-generation:x7'], undefined],
    [['k8s-generation:7x'], undefined],
  ])('was in the generation: %j is %j', (tags, generation) => {
    expect(generationOf(tags)).toBe(generation);
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
