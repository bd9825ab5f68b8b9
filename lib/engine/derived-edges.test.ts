import { describe, expect, it } from 'vitest';
import { createMemoryCluster } from '../../test/memory/cluster.ts';
import { forbidden, taken } from '../../test/memory/refusals.ts';
import {
  type Desired,
  derivedFrom,
  derivedName,
  derivedNameOf,
  keepDerived,
  passOnRetention,
  removeDerived,
  standingFor,
  strangersOf,
} from './derived.ts';
import { deletionPolicyAnnotation, derivedFromLabel } from './names.ts';
import { configMapResource, type Resource } from './objects.ts';
import type { Run } from './run.ts';

const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
const ownerOf = (uid: string) => [{ apiVersion: 'v1', kind: 'Owner', name: 'owner', uid }];
const planet: Resource = { group: '', version: 'v1', kind: 'Planet', plural: 'planets', namespaced: false };
const inTeam = { resource: configMapResource, inside: { namespace: 'team' } };
const nowhere = { resource: planet, inside: {} };

/** An owner in a namespace or in none, and what is asked of the cluster in its name. */
function start({ resource, inside }: typeof inTeam | typeof nowhere, annotations = {}) {
  const memory = createMemoryCluster('blue', clock);
  const asked: unknown[] = [];
  const cluster: typeof memory = {
    ...memory,
    list(one, options) {
      asked.push(options);
      return memory.list(one, options);
    },
    create(one, object) {
      asked.push(object.metadata);
      return memory.create(one, object);
    },
  };
  const metadata = { name: 'owner', uid: 'owner-uid', resourceVersion: '1', annotations, ...inside };
  const run = { cluster, object: { apiVersion: 'v1', kind: 'Owner', metadata } } as unknown as Run;
  const apply = (name: string, extra: object = {}, fields: object = {}) =>
    memory.user.apply(resource, { metadata: { name, ...inside, ...extra }, ...fields });
  const keep = async (...desired: readonly Desired[]) =>
    keepDerived(run, { resource, desired, present: await derivedFrom(run, resource), controller: false });
  return { memory, run, resource, asked, apply, keep, key: { ...inside, name: 'a' } };
}

const wanted = (data: object): Desired => ({ name: 'a', fields: { data } });
const label = { [derivedFromLabel]: 'owner-uid' };

describe.each([inTeam, nowhere])('of an owner with $inside', (where) => {
  it('the derived are asked for by label, where the owner is', async () => {
    const { run, resource, asked, apply } = start(where);
    apply('ours', { labels: label, ownerReferences: ownerOf('owner-uid') });
    apply('copied', { labels: label, ownerReferences: ownerOf('another') });
    apply('unlabelled', { ownerReferences: ownerOf('owner-uid') });

    expect((await derivedFrom(run, resource)).map(({ metadata }) => metadata.name)).toEqual(['ours']);
    expect(asked).toStrictEqual([{ labelSelector: `${derivedFromLabel}=owner-uid`, ...where.inside }]);
  });

  it('those of another controller are the ones without it', async () => {
    const { run, resource, asked, apply } = start(where);
    apply('ours', { labels: label, ownerReferences: ownerOf('owner-uid') });
    apply('foreign', { ownerReferences: ownerOf('another') });
    apply('nobodys');
    apply('unlabelled', { ownerReferences: ownerOf('owner-uid') });

    expect((await strangersOf(run, resource)).map(({ metadata }) => metadata.name)).toEqual(['unlabelled']);
    expect(asked).toStrictEqual([{ labelSelector: `!${derivedFromLabel}`, ...where.inside }]);
  });

  it('one is made there, and one in its way is found there', async () => {
    const first = start(where);
    await first.keep(wanted({ x: '1' }));
    expect(first.memory.user.find(first.resource, first.key)).toMatchObject({ data: { x: '1' } });
    const { namespace } = first.asked[1] as { readonly namespace?: string };
    expect({ namespace }).toEqual(where.inside);
    expect(Object.keys(first.asked[1] as object).includes('namespace')).toBe('namespace' in where.inside);

    const second = start(where);
    second.apply('a');
    await expect(second.keep(wanted({}))).rejects.toMatchObject({
      name: 'Terminal',
      message: expect.stringMatching(/ is in the way: .* made for Owner owner\. Delete it, or give it another name$/),
      cause: expect.objectContaining({ status: 409 }),
    });
  });
});

describe('making one', () => {
  it('fails as the cluster says where the name is not the trouble', async () => {
    const { memory, keep, resource, key } = start(inTeam);
    const failure = forbidden(resource, key);
    memory.intercept(({ verb }) => (verb === 'create' ? failure : undefined));

    await expect(keep(wanted({}))).rejects.toBe(failure);
    expect(memory.calls).not.toContain('get ConfigMap');
  });

  it('is tried again where what had the name is gone by then', async () => {
    const { memory, keep, resource, key } = start(inTeam);
    const failure = taken(resource, key);
    memory.intercept(({ verb }) => (verb === 'create' ? failure : undefined));

    await expect(keep(wanted({}))).rejects.toBe(failure);
  });
});

it('a null in the cluster is nothing, and so no change', async () => {
  const { memory, apply, keep } = start(inTeam);
  await keep(wanted({ x: '1' }));
  const made = memory.user.objects[0];
  if (made === undefined) throw new Error('nothing was made');
  memory.user.plant(configMapResource, { ...made, data: { x: '1', y: null } } as typeof made);
  apply('unrelated');
  memory.forgetCalls();

  await keep(wanted({ x: '1', y: null }));

  expect(memory.calls).toEqual(['list ConfigMap']);
});

describe('removing one', () => {
  it('is not asked for twice', async () => {
    const { memory, run, resource, apply, key } = start(inTeam);
    apply('a', { finalizers: ['test/held'] });
    memory.user.remove(resource, key);
    await removeDerived(run, resource, memory.user.objects[0] as Parameters<typeof removeDerived>[2]);

    expect(memory.calls).toEqual([]);
  });

  it('does not touch another that has its name by now', async () => {
    const { memory, run, resource, apply, key } = start(inTeam);
    const before = apply('a');
    memory.user.remove(resource, key);
    const now = apply('a');

    await expect(removeDerived(run, resource, before)).rejects.toMatchObject({ status: 409 });
    expect(memory.user.find(resource, key)?.metadata.uid).toBe(now.metadata.uid);
  });
});

it('what is retained already is not written again', async () => {
  const retain = { [deletionPolicyAnnotation]: 'retain' };
  const { memory, run, resource, apply } = start(inTeam, retain);
  const present = [apply('a', { annotations: retain }), apply('b')];

  await passOnRetention(run, resource, present);

  expect(memory.calls).toEqual(['patch ConfigMap']);
  expect(memory.user.objects.map(({ metadata }) => metadata.annotations)).toEqual([retain, retain]);
});

it('a derived object has its own name, or the one that it stands for', () => {
  const object = start(inTeam).apply('a', { annotations: { kept: 'x' } });
  const bare = start(inTeam).apply('a');

  expect([bare, object, standingFor(object, 'b')].map(derivedNameOf)).toEqual(['a', 'a', 'b']);
  expect(standingFor(object, 'b').metadata.annotations).toMatchObject({ kept: 'x' });
});

it.each([
  ['a.b-c', 'a.b-c'],
  ['a.-', 'a'],
  ['a', 'a'],
])('the name derived from %s starts with %s', (prefix, start) => {
  expect(derivedName(prefix, 1)).toMatch(new RegExp(`^${start.replaceAll('.', '\\.')}-[0-9a-f]{10}$`));
});
