import { describe, expect, it, vi } from 'vitest';
import { secretResource } from '../engine/objects.ts';
import type { Kind } from '../kinds/define.ts';
import { depot, objectOf, plane, shelf, vault } from './fixture.ts';
import { start } from './forwarder-fixture.ts';

describe('what is watched', () => {
  it('is every kind, and what wakes them once the kinds were listed, by metadata alone', async () => {
    await using scene = start();
    const { open, allListed } = scene;
    expect(open.map(({ selection }) => selection.resource.kind)).toEqual(['Vault', 'Plane', 'Depot', 'Shelf']);

    allListed();

    await vi.waitFor(() => expect(open).toHaveLength(5));
    expect(open[4]?.selection).toEqual({ resource: secretResource, metadataOnly: true });
  });

  it('is each of the namespaces that are listed, and cluster-scoped kinds once', async () => {
    const global = { ...vault, resource: { ...vault.resource, namespaced: false } };
    await using scene = start({ kinds: [global, plane], namespaces: ['one', 'two'] });
    const { open } = scene;

    expect(open.map(({ selection }) => `${selection.resource.kind} ${selection.namespace}`)).toEqual([
      'Vault undefined',
      'Plane one',
      'Plane two',
    ]);
  });

  it('does not wait for a kind that can not be listed', async () => {
    await using scene = start();
    const { forwarder, open, watchOf } = scene;
    for (const kind of [vault, plane, depot]) watchOf(kind.resource.kind).listed('complete');
    watchOf('Shelf').listed('failed');
    await vi.waitFor(() => expect(open).toHaveLength(5));
    watchOf('Secret').listed('complete');

    expect(forwarder.ready()).toBe(false);
    watchOf('Shelf').listed('not-served');
    expect(forwarder.ready()).toBe(true);
    watchOf('Shelf').listed('failed');
    expect(forwarder.ready()).toBe(false);
    watchOf('Shelf').listed('complete');
    watchOf('Shelf').listed('failed');
    expect(forwarder.ready()).toBe(true);
  });
});

describe('what goes wrong', () => {
  it('with one object does not touch the others, and is told', async () => {
    const fragile: Kind = {
      ...shelf,
      offers(object) {
        if (object.metadata.name === 'bad') throw new TypeError('no such field');
        return {};
      },
    };
    await using scene = start({ kinds: [fragile] });
    const { log, metrics, watchOf, told } = scene;

    watchOf('Shelf').seen(objectOf(shelf, 'bad'), 'watch');
    watchOf('Shelf').seen(objectOf(shelf, 'good'), 'watch');

    await vi.waitFor(() => expect(told()).toEqual(['change Shelf/good']));
    expect(log.lines.find(({ level }) => level === 'error')?.fields).toMatchObject({
      kind: 'Shelf',
      object: 'team/bad',
    });
    expect(metrics.text()).toContain('forwarder_unreadable_objects_total{kind="Shelf"} 1');
  });

  it('with a watch is counted and told as loudly as it matters', async () => {
    await using scene = start();
    const { log, metrics, watchOf } = scene;
    for (const reason of ['ended', 'cut', 'expired', 'refused', 'not-served'] as const) {
      watchOf('Depot').restarted(reason, reason === 'refused' ? new Error('forbidden') : undefined);
    }

    const levels = log.lines.filter(({ message }) => message === 'watch begins anew').map(({ level }) => level);
    expect(levels).toEqual(['debug', 'info', 'info', 'warn', 'warn']);
    expect(metrics.text()).toContain('forwarder_watch_restarts_total{kind="Depot",reason="refused"} 1');
  });

  it('with a watch, again and again the same, is a warning once', async () => {
    await using scene = start();
    const { log, watchOf } = scene;
    const warnings = () => log.lines.filter(({ level }) => level === 'warn').length;
    for (const message of ['forbidden', 'forbidden', 'forbidden', 'unauthorized']) {
      watchOf('Depot').restarted('refused', new Error(message));
    }
    expect(warnings()).toBe(2);

    watchOf('Depot').listed('complete');
    watchOf('Depot').restarted('refused', new Error('unauthorized'));
    expect(warnings()).toBe(3);
  });
});
