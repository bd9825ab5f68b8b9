import { expect, it } from 'vitest';
import { serviceKind } from '../../test/memory/core.ts';
import type { QueuedLetter } from '../dead-letters/queue.ts';
import { type ObjectEventData, objectEvent } from '../events/event.ts';
import { type Lane, lanes } from '../kinds/define.ts';
import { createScene, furnish } from './fixture.ts';

/* Dead letters about what objects that are gone left in Konnect, beside the service `svc` that is there. */

const { group, version, kind } = serviceKind.resource;
const there = { cluster: 'blue', group, version, kind, namespace: 'team' };

function orphan(name: string, plane: string): ObjectEventData {
  const orphanIn = { namespace: 'team', name: plane };
  return { ...there, name, uid: 'old', resourceVersion: '0', generation: 0, cause: 'drift', origin: 'check', orphanIn };
}

/** A scene with these letters. */
function sceneWith(...events: readonly ObjectEventData[]) {
  const left = events.map((data, index): QueuedLetter => {
    const id = `letter-${index}`;
    return { id, body: JSON.stringify(objectEvent(data, new Date(0))), receiptHandle: id };
  });
  const none = { receive: async () => [], remove: async () => [], release: async () => [] };
  const queue = {
    ...none,
    receive: async () => [...left],
    async remove(letters: readonly QueuedLetter[]) {
      for (const letter of letters) left.splice(left.indexOf(letter), 1);
      return [];
    },
  };
  const deadLetters = Object.fromEntries(lanes.map((lane) => [lane, lane === serviceKind.lane ? queue : none]));
  const scene = createScene({ deadLetters: deadLetters as Record<Lane, typeof queue> });
  furnish(scene.cluster);
  return { scene, left };
}

it.each(['gone', 'svc'])('are answered each, whoever has the name by now: %s', async (name) => {
  const letters = [orphan(name, 'cp'), orphan(name, 'other')];
  const { scene, left } = sceneWith(...letters);

  const { run } = await scene.replay({ deadLetters: true, dryRun: false });

  const asked = { cause: 'replay', origin: run, force: true };
  expect(scene.sent.map(({ data }) => data)).toEqual(letters.map((letter) => ({ ...letter, ...asked })));
  expect(left).toEqual([]);
});

it('are chosen by the uid of who is gone', async () => {
  const { scene, left } = sceneWith(orphan('svc', 'cp'));
  const { uid } = scene.cluster.user.find(serviceKind.resource, { namespace: 'team', name: 'svc' })?.metadata ?? {};

  await scene.replay({ deadLetters: true, dryRun: false, uid });
  expect(left).toHaveLength(1);

  await scene.replay({ deadLetters: true, dryRun: false, uid: 'old' });
  expect(left).toEqual([]);
});
