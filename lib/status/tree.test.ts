import { describe, expect, it } from 'vitest';
import type { Known } from '../kinds/known.ts';
import { hall, make, makeKind, museum, notice, ref, room, sign } from './fixture.ts';
import { rowsOf, treeOf } from './tree.ts';

const louvre = make(museum, 'louvre');
const east = make(hall, 'east', { spec: { museum: 'louvre' } });
const blue = make(room, 'blue', { spec: { hall: 'east' } });

describe('a tree of objects', () => {
  it('has each under the deepest of what it refers to, in the order given', () => {
    const quiet = make(notice, 'quiet');
    const bySign = make(sign, 'sign', { spec: { notice: 'quiet', museum: 'louvre', room: 'blue' } });
    const free = make(room, 'free', { spec: { museum: 'louvre' } });

    expect(drawn([bySign, quiet, free, blue, east, louvre])).toEqual([
      'Notice quiet',
      'Museum louvre',
      '├─ Room free',
      '└─ Hall east',
      '   └─ Room blue',
      '      └─ Sign sign',
    ]);
  });

  it('draws on beside what comes below', () => {
    const west = make(hall, 'west', { spec: { museum: 'louvre' } });

    expect(drawn([louvre, east, blue, west])).toEqual([
      'Museum louvre',
      '├─ Hall east',
      '│  └─ Room blue',
      '└─ Hall west',
    ]);
  });

  it('has what was made for an object under it', () => {
    const ticket = make(makeKind('Ticket'), 'ticket', { metadata: madeFor(blue) });

    expect(drawn([louvre, east, blue, ticket]).at(-1)).toBe('      └─ Ticket ticket');
  });

  it('knows objects by kind, name and namespace, the own one where a reference names none', () => {
    const elsewhere = make(museum, 'louvre', {
      metadata: { ...louvre.object.metadata, uid: 'other', namespace: 'other' },
    });
    const namesake = make(notice, 'louvre');

    expect(drawn([elsewhere, namesake, louvre, east])).toEqual([
      'Museum louvre',
      'Notice louvre',
      'Museum louvre',
      '└─ Hall east',
    ]);
  });

  it('leaves out references that only say with whom an object goes together', () => {
    const guide = makeKind('Guide', [ref('room', 'Room', { deferred: true }), ref('museum', 'Museum')]);

    expect(drawn([louvre, east, blue, make(guide, 'guide', { spec: { room: 'blue', museum: 'louvre' } })])).toContain(
      '└─ Guide guide',
    );
  });

  it('is drawn of many thousand objects at once', () => {
    const halls = Array.from({ length: 200 }, (_, n) => make(hall, `hall-${n}`, { spec: { museum: 'louvre' } }));
    const rooms = Array.from({ length: 20_000 }, (_, n) =>
      make(room, `room-${n}`, { spec: { hall: `hall-${n % 200}` } }),
    );

    expect(drawn([louvre, ...halls, ...rooms])).toHaveLength(20_201);
  }, 5_000);

  it('loses nobody where what is referred to is missing, or references go round in a circle', () => {
    const link = makeKind('Link', [ref('next', 'Link')]);
    const circle = [1, 2, 3].map((n) => make(link, `link-${n}`, { spec: { next: `link-${(n % 3) + 1}` } }));

    const labels = drawn([...circle, blue]);

    expect(labels).toHaveLength(4);
    expect(labels).toContain('Room blue');
  });
});

function drawn(all: readonly Known[]): readonly string[] {
  return rowsOf(treeOf(all)).map(({ label }) => label);
}

function madeFor({ object }: Known) {
  const { apiVersion, kind, metadata } = object;
  return {
    namespace: 'default',
    name: 'ticket',
    uid: 'uid-of-ticket',
    resourceVersion: '1',
    ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid }],
  };
}
