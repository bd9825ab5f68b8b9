import { describe, expect, it } from 'vitest';
import {
  condition,
  fresh,
  inSecret,
  ownedName,
  passDays,
  ready,
  reconcile,
  recordWrites,
  uploaded,
} from '../../../test/memory/extension.ts';
import { configMapResource, extensionKind, forget, key, secretResource } from '../../../test/memory/manifests.ts';
import { conflict, overloaded, unanswered } from '../../../test/memory/refusals.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import type { KubernetesObject } from '../../engine/objects.ts';

const lifetimeDays = 365;

const renewDays = 30;

const graceDays = 7;

const nearEnd = lifetimeDays - renewDays + 1;

async function near(): Promise<Stage> {
  const stage = await ready();
  passDays(stage, nearEnd);
  return stage;
}

describe('a certificate near its end', () => {
  it('is left alone before that', async () => {
    await using stage = await ready();
    passDays(stage, lifetimeDays - renewDays - 1);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.requests).toEqual([]);
  });

  it('is replaced without a gap: known to Konnect first, then in the Secret, and the old one stays', async () => {
    await using stage = await near();
    const old = inSecret(stage);
    const writes = recordWrites(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(writes).toEqual(['POST', 'patch Secret', 'patch ConfigMap']);
    expect(inSecret(stage)).not.toBe(old);
    expect(uploaded(stage)).toEqual([old, inSecret(stage)]);
  });

  it('goes from Konnect when its grace is over, and not before', async () => {
    await using stage = await near();
    const old = inSecret(stage);
    await reconcile(stage);
    passDays(stage, graceDays - 1);
    forget(stage);
    await reconcile(stage);
    await reconcile(stage, { force: true });
    expect(stage.konnect.writes).toBe(0);
    expect(uploaded(stage)).toContain(old);
    passDays(stage, 2);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([inSecret(stage)]);
    forget(stage);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.konnect.requests).toEqual([]);
  });

  it('that ran out long ago is replaced all the same', async () => {
    await using stage = await ready();
    passDays(stage, 2 * lifetimeDays);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toContain(inSecret(stage));
  });

  it('stays known where the record of it was lost just then', async () => {
    await using stage = await near();
    const old = inSecret(stage);
    stage.cluster.user.remove(configMapResource, key(ownedName));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([old, inSecret(stage)]);
  });

  it.each([
    {
      reason: 'the reply to the upload is lost',
      break: (stage: Stage) => stage.konnect.setFault(({ method }) => (method === 'POST' ? 'reset-after' : undefined)),
    },
    {
      reason: 'the Secret can not be written',
      break: (stage: Stage) =>
        stage.cluster.intercept(({ verb, kind }) => (verb === 'patch' && kind === 'Secret' ? overloaded() : undefined)),
    },
    {
      reason: 'the Secret changed meanwhile',
      break: (stage: Stage) =>
        stage.cluster.intercept(({ verb, kind }) =>
          verb === 'patch' && kind === 'Secret' ? conflict(secretResource, key(ownedName)) : undefined,
        ),
    },
    {
      reason: 'the record can not be written',
      break: (stage: Stage) =>
        stage.cluster.intercept(({ verb, kind }) =>
          verb === 'patch' && kind === 'ConfigMap' ? unanswered() : undefined,
        ),
    },
  ])(
    'T4 however often it fails ($reason), at most one too many is left, and none in the end',
    async ({ break: fail }) => {
      await using stage = await near();
      const old = inSecret(stage);
      fail(stage);
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        expect((await reconcile(stage)).is).toBe('retry');
        expect(uploaded(stage)).toContain(old);
        expect(uploaded(stage)).toContain(inSecret(stage));
        expect(uploaded(stage).length).toBeLessThanOrEqual(2);
      }
      stage.konnect.setFault(undefined);
      stage.cluster.intercept(undefined);

      expect(await reconcile(stage)).toEqual({ is: 'done' });

      expect(uploaded(stage).toSorted()).toEqual([old, inSecret(stage)].sort());
    },
  );

  it('that can not be replaced now leaves the extension ready', async () => {
    await using stage = await near();
    const before = stage.object(extensionKind, 'ext');
    stage.konnect.setFault(() => ({ status: 503 }));

    expect((await reconcile(stage)).is).toBe('retry');

    expect(stage.object(extensionKind, 'ext')).toEqual(before);
  });
});

describe('a first certificate', () => {
  it('T1 whose upload was answered to nobody is one in the end', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? 'reset-after' : undefined));
    expect((await reconcile(stage)).is).toBe('retry');
    expect(condition(stage, 'DataPlaneCertificateProvisioned')).toMatch(/^False KonnectAPIOpFailed: ./);
    expect(condition(stage, 'Ready')).toMatch(/^False provisioning: ./);
    stage.konnect.setFault(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([inSecret(stage)]);
  });

  it.each(['Secret', 'ConfigMap'])('that could not be kept in a %s is one in the end', async (name) => {
    await using stage = await fresh();
    stage.cluster.intercept(({ verb, kind }) => (verb === 'create' && kind === name ? overloaded() : undefined));
    for (let attempt = 1; attempt <= 3; attempt += 1) expect((await reconcile(stage)).is).toBe('retry');
    stage.cluster.intercept(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([inSecret(stage)]);
  });

  it('whose Secret was written though nobody heard of it is that of the Secret', async () => {
    await using stage = await fresh();
    let made: KubernetesObject | undefined;
    stage.cluster.intercept(({ verb, kind }) => {
      made = stage.find(secretResource, ownedName);
      return verb === 'create' && kind === 'ConfigMap' ? unanswered() : undefined;
    });
    await reconcile(stage);
    stage.cluster.intercept(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.find(secretResource, ownedName)).toBe(made);
    expect(uploaded(stage)).toHaveLength(1);
  });
});
