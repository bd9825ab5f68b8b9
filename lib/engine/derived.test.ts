import { describe, expect, it } from 'vitest';
import { createMemoryCluster } from '../../test/memory/cluster.ts';
import { conflict } from '../../test/memory/refusals.ts';
import { type Desired, derivedFrom, derivedName, isOwnedBy, keepDerived, passOnRetention } from './derived.ts';
import { Terminal } from './errors.ts';
import { deletionPolicyAnnotation, derivedFromLabel } from './names.ts';
import { configMapResource as resource } from './objects.ts';
import type { Run } from './run.ts';

const namespace = 'team';
const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
const owned = { apiVersion: 'v1', kind: 'Owner', name: 'owner', uid: 'owner-uid' };

/** What derivation uses of a run, for an owner with these annotations. */
function start(annotations: Readonly<Record<string, string>> = {}) {
  const cluster = createMemoryCluster('blue', clock);
  const metadata = { name: 'owner', namespace, uid: 'owner-uid', resourceVersion: '1', annotations };
  const run = { cluster, object: { apiVersion: 'v1', kind: 'Owner', metadata } } as unknown as Run;
  const keep = async (...desired: readonly Desired[]) =>
    keepDerived(run, { resource, desired, present: await derivedFrom(run, resource), controller: true });
  const data = () => cluster.user.objects.map(({ metadata: { name }, ...fields }) => [name, fields['data']] as const);
  return { cluster, run, keep, data };
}

const wanted = (name: string, data: Readonly<Record<string, string | null>>): Desired => ({ name, fields: { data } });

describe('derived objects', () => {
  it('are made, changed and deleted, and left alone where they are as they should be', async () => {
    const { cluster, keep, data } = start();
    await keep(wanted('a', { x: '1' }), wanted('b', { x: '1' }));
    expect(data()).toEqual([
      ['a', { x: '1' }],
      ['b', { x: '1' }],
    ]);

    await keep(wanted('a', { x: '2' }), wanted('c', { x: '1' }));
    expect(data()).toEqual([
      ['a', { x: '2' }],
      ['c', { x: '1' }],
    ]);

    cluster.forgetCalls();
    await keep(wanted('a', { x: '2' }), wanted('c', { x: '1' }));
    expect(cluster.calls).toEqual(['list ConfigMap']);
  });

  it('know whom they belong to, and go with it', async () => {
    const { cluster, keep } = start();
    await keep(wanted('a', {}));

    const [made] = cluster.user.objects;
    expect(made?.metadata.labels).toEqual({ [derivedFromLabel]: 'owner-uid' });
    expect(made?.metadata.ownerReferences).toEqual([{ ...owned, controller: true, blockOwnerDeletion: true }]);
  });

  it('lose what is null, and keep what the API server put in', async () => {
    const { cluster, keep, data } = start();
    await keep(wanted('a', { x: '1', y: null }));
    cluster.user.edit(resource, { namespace, name: 'a' }, { data: { y: '2', filled: 'in' } });

    await keep(wanted('a', { x: '1', y: null }));

    expect(data()).toEqual([['a', { x: '1', filled: 'in' }]]);
  });

  it('are only those whose owner reference says so: a label is quickly copied', async () => {
    const { cluster, keep, data } = start();
    const labels = { [derivedFromLabel]: 'owner-uid' };
    cluster.user.apply(resource, { metadata: { name: 'copied', namespace, labels }, data: {} });

    await keep();

    expect(data()).toEqual([['copied', {}]]);
  });

  it('that are in the way of one are named, after all the others were made', async () => {
    const { cluster, keep, data } = start();
    cluster.user.apply(resource, { metadata: { name: 'a', namespace }, data: { theirs: '1' } });

    const kept = keep(wanted('a', { x: '1' }), wanted('b', { x: '1' }));

    await expect(kept).rejects.toThrow(Terminal);
    await expect(kept).rejects.toThrow('ConfigMap team/a is in the way');
    expect(data()).toEqual([
      ['a', { theirs: '1' }],
      ['b', { x: '1' }],
    ]);
  });

  it('that lost their label are known by their owner, and get it back', async () => {
    const { cluster, keep, data } = start();
    cluster.user.apply(resource, { metadata: { name: 'a', namespace, ownerReferences: [owned] }, data: {} });

    await keep(wanted('a', { x: '1' }));

    expect(data()).toEqual([['a', { x: '1' }]]);
    expect(cluster.user.objects[0]?.metadata.labels).toEqual({ [derivedFromLabel]: 'owner-uid' });
  });

  it('that are on their way out are not brought back before they are gone', async () => {
    const { cluster, keep, data } = start();
    await keep(wanted('a', { x: '1' }));
    cluster.user.edit(resource, { namespace, name: 'a' }, { metadata: { finalizers: ['test/held'] } });
    cluster.user.remove(resource, { namespace, name: 'a' });

    await keep(wanted('a', { x: '2' }));

    expect(data()).toEqual([['a', { x: '1' }]]);
  });

  it('that changed meanwhile are not overwritten', async () => {
    const { cluster, keep } = start();
    await keep(wanted('a', { x: '1' }));
    cluster.intercept(({ verb }) => (verb === 'patch' ? conflict(resource, { namespace, name: 'a' }) : undefined));

    await expect(keep(wanted('a', { x: '2' }))).rejects.toMatchObject({ status: 409 });
  });
});

describe('what is to stay in Konnect', () => {
  it('is passed on, and taken back', async () => {
    const { cluster, run, keep } = start({ [deletionPolicyAnnotation]: 'retain' });
    await keep(wanted('a', {}));
    expect(cluster.user.objects[0]?.metadata.annotations).toEqual({ [deletionPolicyAnnotation]: 'retain' });

    const released = { ...run, object: { ...run.object, metadata: { ...run.object.metadata, annotations: {} } } };
    const present = await derivedFrom(run, resource);
    await keepDerived(released, { resource, desired: [wanted('a', {})], present, controller: true });

    expect(cluster.user.objects[0]?.metadata.annotations).toEqual({});
  });

  it('is passed on before the owner goes, and nothing is where it does not stay', async () => {
    const [retained, deleted] = [start({ [deletionPolicyAnnotation]: 'retain' }), start()];
    for (const { cluster, run } of [retained, deleted]) {
      cluster.user.apply(resource, { metadata: { name: 'a', namespace, ownerReferences: [owned] }, data: {} });
      await passOnRetention(run, resource, cluster.user.objects);
    }

    expect(retained.cluster.user.objects[0]?.metadata.annotations).toEqual({ [deletionPolicyAnnotation]: 'retain' });
    expect(deleted.cluster.calls).toEqual([]);
  });
});

describe('the name of a derived object', () => {
  it('is the same for the same purpose, and another for another', () => {
    expect(derivedName('limit', ['cp', 'svc'])).toBe(derivedName('limit', ['cp', 'svc']));
    expect(derivedName('limit', ['cp', 'svc'])).not.toBe(derivedName('limit', ['cp', undefined, 'svc']));
    expect(derivedName('limit', ['cp', 'svc'])).toMatch(/^limit-[0-9a-f]{10}$/);
  });

  it('T59 is never longer than a name may be, and ends its words well', () => {
    const name = derivedName(`${'a'.repeat(241)}.${'b'.repeat(11)}`, 1);

    expect(name).toMatch(/^a{241}-[0-9a-f]{10}$/);
    expect(derivedName('a'.repeat(253), 1)).toHaveLength(253);
  });

  it('belongs to its owner by uid', () => {
    const { run } = start();
    const metadata = { name: 'a', uid: 'a', resourceVersion: '1', ownerReferences: [owned] };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata };

    expect(isOwnedBy(object, run.object)).toBe(true);
    expect(isOwnedBy({ ...object, metadata: { ...metadata, ownerReferences: [] } }, run.object)).toBe(false);
  });
});
