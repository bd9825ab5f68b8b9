import { describe, expect, it, vi } from 'vitest';
import { key } from '../cluster/fixture.ts';
import { finalizer } from '../engine/names.ts';
import { secretResource } from '../engine/objects.ts';
import { depot, plane, shelf, vault } from './fixture.ts';
import { queueNames, startSurroundings } from './whole-fixture.ts';

// The whole forwarder between an API server and SQS.

describe('a fleet that is built up', () => {
  it('T12 T46 gives an event for each change, wakes who waits, and none for status writes', async () => {
    await using around = await startSurroundings();
    const { cluster, startForwarder, brief, program } = around;
    await startForwarder();
    await cluster.create(shelf.resource, { metadata: key('s'), spec: { depot: 'd' } });
    await vi.waitFor(() => expect(brief()).toEqual(['change Shelf/s']));

    const made = await cluster.create(depot.resource, { metadata: key('d') });
    await vi.waitFor(() => expect(brief().slice(1).toSorted()).toEqual(['change Depot/d', 'dependency Shelf/s']));
    const programmed = await program(depot, made, 'id-1');
    await vi.waitFor(() => expect(brief().slice(3)).toEqual(['dependency Shelf/s']));
    await program(depot, programmed, 'id-1');
    await cluster.patch(depot.resource, key('d'), { metadata: { annotations: { 'example.com/note': 'x' } } });
    await cluster.patch(depot.resource, key('d'), { metadata: { finalizers: ['konnect-reconciler.io/entity'] } });

    await vi.waitFor(() => expect(brief().slice(4)).toEqual(['change Depot/d']));
  });

  it('gives the events of a Secret to who refers to it, and its value to nobody', async () => {
    await using around = await startSurroundings();
    const { cluster, queues, startForwarder, events, brief } = around;
    await startForwarder();
    const data = { token: Buffer.from('hunter2').toString('base64') };
    const { metadata } = await cluster.create(secretResource, { metadata: key('token'), data });
    await cluster.create(secretResource, { metadata: key('unrelated'), data });
    await cluster.create(vault.resource, { metadata: key('v'), spec: { secret: 'token' } });
    await vi.waitFor(() => expect(brief()).toEqual(['change Vault/v']));

    await cluster.patch(secretResource, key('unrelated'), { data: { token: 'YQ==' } });
    const changed = await cluster.patch(secretResource, key('token'), { data: { token: 'YQ==' } });

    await vi.waitFor(() => expect(brief()).toEqual(['change Vault/v', 'dependency Vault/v']));
    expect(events()[1]?.origin).toBe(`${metadata.uid}/${changed.metadata.resourceVersion}`);
    expect(JSON.stringify(queueNames.map((name) => queues.messages(name)))).not.toMatch(/hunter2|aHVudGVyMg|YQ==/);
  });
});

describe('a forwarder that starts', () => {
  it('tells only what is not done, at each start: what that waits for may have changed meanwhile', async () => {
    await using around = await startSurroundings();
    const { cluster, startForwarder, brief, program } = around;
    await cluster.create(plane.resource, { metadata: key('done') });
    const done = await cluster.patch(plane.resource, key('done'), { metadata: { finalizers: [finalizer] } });
    await program(plane, done, 'x');
    await cluster.create(plane.resource, { metadata: key('open') });

    const { end } = await startForwarder();
    await vi.waitFor(() => expect(brief()).toEqual(['resync Plane/open']));
    await end();
    await startForwarder();

    await vi.waitFor(() => expect(brief()).toEqual(['resync Plane/open', 'resync Plane/open']));
  });

  it('tells who is done, too, where its Secret was deleted meanwhile', async () => {
    await using around = await startSurroundings();
    const { cluster, startForwarder, brief, program } = around;
    await cluster.create(secretResource, { metadata: key('token') });
    for (const secret of ['token', 'gone']) {
      const metadata = { ...key(secret), finalizers: [finalizer] };
      const made = await cluster.create(vault.resource, { metadata, spec: { secret } });
      await program(vault, made, 'x');
    }

    await startForwarder();

    await vi.waitFor(() => expect(brief().toSorted()).toEqual(['dependency Vault/gone', 'dependency Vault/token']));
  });

  it('beside another one doubles nothing', async () => {
    await using around = await startSurroundings();
    const { cluster, queues, startForwarder, events, brief, program } = around;
    await startForwarder();
    await startForwarder();
    const { metadata } = await cluster.create(vault.resource, { metadata: key('v') });
    for (let index = 0; index < 30; index += 1) {
      await cluster.create(plane.resource, { metadata: key(`p${index}`), spec: { vault: 'v' } });
    }
    // What both have sent; the second copies are accepted and dropped.
    const accepted = () => queues.calls.reduce((sum, { entries }) => sum + entries, 0);
    await vi.waitFor(() => expect(accepted()).toBe(2 * 31), 10_000);
    expect(brief()).toHaveLength(31);

    await program(vault, await cluster.patch(vault.resource, key('v'), { spec: { size: 1 } }), 'id');

    await vi.waitFor(() => expect(accepted()).toBe(2 * (31 + 1 + 30)), 10_000);
    expect(brief()).toHaveLength(31 + 1 + 30);
    expect(events().filter(({ origin }) => origin?.startsWith(metadata.uid))).toHaveLength(30);
  });
});
