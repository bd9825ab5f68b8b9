import { expect, it } from 'vitest';
import { findCondition } from '../../lib/engine/objects.ts';
import type { ObjectEvent } from '../../lib/events/event.ts';
import type { Lane } from '../../lib/kinds/define.ts';
import { sendBody, sendEvent } from './events.ts';
import { auth, authKind, controlPlane, controlPlaneKind } from './manifests.ts';
import { deadLetters } from './rest.ts';
import { stage } from './together.ts';

interface Bad {
  readonly what: string;
  readonly body: string;
  readonly says: string;
  /** Absent where the body names no object that could be trusted. */
  readonly subject?: string;
  readonly lane?: Lane;
}

const subject = 'konnect.konghq.com/KonnectAPIAuthConfiguration/default/nobody';

function bodyWith(
  change: { readonly [Field in keyof ObjectEvent]?: unknown },
  data: Readonly<Record<string, unknown>> = {},
) {
  return JSON.stringify({
    specversion: '1.0',
    type: 'com.konghq.konnect.object.v1',
    source: '/clusters/local',
    subject,
    id: 'one',
    time: '2026-01-01T00:00:00Z',
    data: {
      cluster: 'local',
      group: 'konnect.konghq.com',
      version: 'v1alpha1',
      kind: authKind,
      namespace: 'default',
      name: 'nobody',
      uid: 'u',
      generation: 1,
      resourceVersion: '1',
      cause: 'change',
      ...data,
    },
    ...change,
  });
}

const bad: readonly Bad[] = [
  { what: 'not JSON', body: '{"specversion":', says: 'is not JSON; send CloudEvents 1.0 JSON' },
  { what: 'no event', body: '[]', says: 'not an event:' },
  { what: 'a missing field', body: bodyWith({ subject: undefined }), says: 'subject' },
  { what: 'a wrong field', body: bodyWith({}, { generation: '1' }), says: '/data/generation' },
  { what: 'a wrong cause', body: bodyWith({}, { cause: 'whim' }), says: '/data/cause' },
  { what: 'an unknown field', body: bodyWith({}, { spec: {} }), says: 'see events/event.schema.json' },
  {
    what: 'an unknown kind',
    body: bodyWith({}, { kind: 'Teapot' }),
    says: 'the kind Teapot of group "konnect.konghq.com" is not one this function reconciles',
    subject,
  },
  {
    what: 'the wrong lane',
    body: bodyWith({}, { kind: controlPlaneKind }),
    says: `the kind ${controlPlaneKind} of group "konnect.konghq.com" is not one this function reconciles`,
    subject,
  },
  {
    what: 'an unknown cluster',
    body: bodyWith({}, { cluster: 'elsewhere' }),
    says: 'the cluster elsewhere is not registered: store its kubeconfig as the secret',
    subject,
  },
];

it('keeps each message that is no event of ours as a dead letter at once, with the reason', async () => {
  for (const { body, lane = 'auth', what } of bad) await sendBody(stage.stack, lane, body, groupOf(what));
  await stage.rest();

  const kept = deadLetters(stage.stack).filter(({ groupId }) => bad.some(({ what }) => groupOf(what) === groupId));
  expect(kept).toHaveLength(bad.length);
  for (const { what, body, says, lane = 'auth', subject: named } of bad) {
    const letter = kept.find(({ groupId }) => groupId === groupOf(what));
    expect(letter, what).toMatchObject({
      verdict: 'malformed',
      attempts: '1',
      function: `reconcile-${lane}`,
      body,
      lane,
    });
    expect(letter?.['reason'], what).toContain(says);
    expect(letter?.['subject'], what).toBe(named);
    expect(Number.isNaN(Date.parse(letter?.['firstReceived'] ?? '')), what).toBe(false);
  }
});

function groupOf(what: string): string {
  return what.replaceAll(' ', '-');
}

it('handles the events beside a bad one in the same batch', async () => {
  const scene = await stage.scene('beside');
  await Promise.all([
    sendBody(stage.stack, 'auth', 'not an event'),
    scene.apply(auth('auth', { token: scene.token })),
    sendBody(stage.stack, 'auth', 'neither'),
  ]);
  await scene.done(authKind, 'auth');
});

it('acknowledges an event for an object that is gone, and makes nothing', async () => {
  const scene = await stage.scene('gone');
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('plane'));
  const object = await scene.done(controlPlaneKind, 'plane');
  await scene.remove(controlPlaneKind, 'plane');
  await stage.rest();
  const before = { letters: deadLetters(stage.stack, scene.namespace).length, calls: scene.calls().length };

  await sendEvent(stage.stack, object);
  await sendEvent(stage.stack, object, { cause: 'replay', force: true });
  await stage.rest();

  expect({ letters: deadLetters(stage.stack, scene.namespace).length, calls: scene.calls().length }).toEqual(before);
  expect(scene.planes()).toEqual([]);
});

it('gives up what never succeeds after ten receives, with the reason, and succeeds when it is sent again later', async () => {
  const scene = await stage.scene('unavailable');
  await scene.apply(auth('auth', { token: scene.token }));
  await scene.done(authKind, 'auth');
  stage.stack.konnect.setFault(({ organizationId, method }) =>
    organizationId === scene.organizationId && method === 'POST' ? { status: 503 } : undefined,
  );
  await scene.apply(controlPlane('plane'));

  const letter = await stage.until('there is a dead letter', () =>
    deadLetters(stage.stack, scene.namespace).find(({ subject: named }) => named?.endsWith('/plane')),
  );

  expect(letter).toMatchObject({ verdict: 'retry', attempts: '10', function: 'reconcile-control-plane' });
  expect(letter['reason']).toContain('Konnect answered 503 to POST /v2/control-planes');
  expect(letter['firstError']).toBe(letter['reason']);
  // Which container saw the last try, and whether it had seen one before, is left to chance.
  expect(letter['firstErrorFrom']).toMatch(/^(memory|condition)$/);
  await stage.rest();
  const object = await scene.get(controlPlaneKind, 'plane');
  expect(object && findCondition(object, 'Programmed')).toMatchObject({ status: 'False', reason: 'FailedToCreate' });
  expect(scene.calls().filter(({ method }) => method === 'POST').length).toBeLessThanOrEqual(20);

  stage.stack.konnect.setFault(undefined);
  await sendBody(stage.stack, 'control-plane', letter['body'] ?? '', letter['groupId']);
  await scene.done(controlPlaneKind, 'plane');
  expect(scene.planes()).toHaveLength(1);
});
