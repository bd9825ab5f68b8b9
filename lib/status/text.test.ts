import { describe, expect, it } from 'vitest';
import type { Known } from '../kinds/known.ts';
import { hall, make, museum, notice, programmed, room } from './fixture.ts';
import { statusDocument } from './json.ts';
import { type StatusTextOptions, statusText } from './text.ts';

const louvre = make(museum, 'louvre');
const east = make(hall, 'east', { spec: { museum: 'louvre' } });
const metadata = { namespace: 'default', name: 'blue', uid: 'uid-of-blue', resourceVersion: '1', generation: 2 };
const failed = {
  ...programmed,
  status: 'False',
  reason: 'FailedToCreate',
  message: 'the name "blue" is taken',
  observedGeneration: 2,
};
const invalid = { ...failed, type: 'HallRefValid', reason: 'Invalid', message: 'no such hall' };
const blue = make(room, 'blue', { metadata, spec: { hall: 'east' }, status: { conditions: [failed, invalid] } });

function textOf(all: readonly Known[], options: Partial<StatusTextOptions> = {}): string {
  return statusText(all, { paint: (_, text) => text, namespace: 'default', ...options });
}

function changed(metadataOf: Readonly<Record<string, unknown>>, status: unknown): Known {
  return make(room, 'blue', { metadata: { ...metadata, ...metadataOf }, status });
}

describe('the status of objects as a text', () => {
  it('is a tree with ids, where all is well', () => {
    const quiet = make(notice, 'quiet', { status: { conditions: [{ ...programmed, message: 'all is said' }] } });

    expect(textOf([louvre, east, quiet])).toBe(
      [
        '✓ Museum louvre  Programmed=True  id-of-louvre',
        '✓ └─ Hall east   Programmed=True  id-of-east',
        '✓ Notice quiet   Programmed=True  all is said',
        '',
        'All 3 objects are ready.',
      ].join('\n'),
    );
  });

  it('tells in full what is not ready, and why', () => {
    expect(textOf([louvre, east, blue])).toBe(
      [
        '✓ Museum louvre    Programmed=True   id-of-louvre',
        '✓ └─ Hall east     Programmed=True   id-of-east',
        '✗    └─ Room blue  Programmed=False  FailedToCreate: the name "blue" is taken',
        '',
        'Not ready: 1 of 3 objects.',
        '',
        '✗ Room blue  Programmed=False',
        '    FailedToCreate: the name "blue" is taken',
        '    HallRefValid=False Invalid: no such hall',
      ].join('\n'),
    );
  });

  it('names namespaces where there may be several', () => {
    expect(statusText([louvre], { paint: (_, text) => text })).toContain('Museum default/louvre');
  });

  it('cuts the lines of the tree to the terminal, not what is told in full', () => {
    const text = textOf([blue], { columns: 50 });

    expect(text.split('\n')[0]).toBe('✗ Room blue  Programmed=False  FailedToCreate: th…');
    expect(text).toContain('the name "blue" is taken');
  });

  it('colours what a person has to see', () => {
    const text = textOf([louvre, blue], { paint: (style, words) => `<${style}>${words}</${style}>` });

    expect(text).toContain('<green>✓</green>');
    expect(text).toContain('<red>FailedToCreate: the name "blue" is taken</red>');
  });

  it.each([
    { what: 'nobody has looked at', object: changed({}, undefined), says: 'no status yet: nobody has looked at it' },
    {
      what: 'was edited meanwhile',
      object: changed({ generation: 3 }, { conditions: [failed] }),
      says: 'generation 3 has not been looked at yet; of 2: FailedToCreate: the name "blue" is taken',
    },
    {
      what: 'is being deleted',
      object: changed({ deletionTimestamp: '2026-01-01T00:00:00Z' }, { conditions: [failed] }),
      says: '(deleting) FailedToCreate',
    },
    {
      what: 'is paused',
      object: changed({ annotations: { 'konnect-reconciler.io/paused': 'true' } }, undefined),
      says: '‖ Room blue  Programmed=-  (paused) no status yet',
    },
  ])('says of an object that $what', ({ object, says }) => {
    expect(textOf([object])).toContain(says);
  });

  it('says that there is nothing', () => {
    expect(textOf([])).toBe('\nNo objects.');
  });
});

describe('the status of objects as a document', () => {
  it('is the same tree with all conditions', () => {
    expect(statusDocument([louvre, east, blue])).toMatchObject({
      total: 3,
      notReady: 1,
      objects: [
        {
          kind: 'Museum',
          namespace: 'default',
          name: 'louvre',
          standing: 'ready',
          konnect: { id: 'id-of-louvre', controlPlaneID: 'plane' },
          children: [
            {
              name: 'east',
              children: [{ name: 'blue', standing: 'not ready', conditions: [failed, invalid], children: [] }],
            },
          ],
        },
      ],
    });
  });

  it('does not count a paused object as not ready', () => {
    const paused = changed({ annotations: { 'konnect-reconciler.io/paused': 'true' } }, undefined);

    expect(statusDocument([paused]).notReady).toBe(0);
  });
});
