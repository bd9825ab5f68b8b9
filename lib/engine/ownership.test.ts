import { describe, expect, it } from 'vitest';
import { controlPlane, controlPlaneKind, key } from '../../test/memory/manifests.ts';
import { conflict, missing, unanswered } from '../../test/memory/refusals.ts';
import { namespace, type Stage, startStage } from '../../test/memory/stage.ts';
import { Retry, Terminal } from './errors.ts';
import { accountAnnotation, finalizer, kongOperatorFinalizer } from './names.ts';
import type { KubernetesObject } from './objects.ts';
import { hold, isHeld, letGo, recordedAccount, refuseIfManagedElsewhere } from './ownership.ts';
import { createReport } from './report.ts';
import type { Run } from './run.ts';

const { resource } = controlPlaneKind;

const account = { namespace, name: 'auth' };

function objectOf(metadata: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  const base = { name: 'one', namespace, uid: 'u', resourceVersion: '1', generation: 2 };
  return { apiVersion: 'v1', kind: 'Shop', metadata: { ...base, ...metadata } };
}

/** What `hold` and `letGo` use of a run. */
function runOn({ cluster }: Stage, object: KubernetesObject): Run {
  return { cluster, kind: controlPlaneKind, object, report: createReport() } as unknown as Run;
}

async function staged(metadata: Readonly<Record<string, unknown>> = {}) {
  const stage = await startStage();
  const run = runOn(stage, stage.cluster.user.apply(resource, controlPlane('cp', {}, metadata)));
  return { stage, run };
}

describe('hold', () => {
  it('gives a status first where there is none, since the API server refuses every other write before', async () => {
    const { stage, run } = await staged();
    await using _ = stage;

    await hold(run, account);

    expect(stage.cluster.calls.map((call) => call.split(' Konnect')[0])).toEqual(['patch status', 'patch']);
    expect(stage.object(controlPlaneKind, 'cp')).toEqual(run.object);
    expect(run.object.metadata.finalizers).toEqual([finalizer]);
    expect(run.object.metadata.annotations).toEqual({ [accountAnnotation]: `${namespace}/auth` });
  });

  it('writes nothing when all is there', async () => {
    const { stage, run } = await staged();
    await using _ = stage;
    await hold(run, account);
    stage.cluster.forgetCalls();

    await hold(run, account);

    expect(stage.cluster.calls).toEqual([]);
  });

  it('keeps the finalizers of others', async () => {
    const { stage, run } = await staged({ finalizers: ['example.com/theirs'] });
    await using _ = stage;

    await hold(run);
    expect(run.object.metadata.finalizers).toEqual(['example.com/theirs', finalizer]);

    await letGo(run);
    expect(run.object.metadata.finalizers).toEqual(['example.com/theirs']);
  });

  it('reads again where somebody else wrote metadata in between, and goes on', async () => {
    const { stage, run } = await staged();
    await using _ = stage;
    await hold(run);
    stage.cluster.user.edit(resource, key('cp'), { metadata: { labels: { a: 'b' } } });

    await hold(run, account);

    expect(run.object.metadata).toMatchObject({
      labels: { a: 'b' },
      annotations: { [accountAnnotation]: 'team/auth' },
    });
  });

  it.each([
    {
      reason: 'edited',
      change: (stage: Stage) => stage.cluster.user.edit(resource, key('cp'), { spec: { name: 'x' } }),
    },
    { reason: 'deleted', change: (stage: Stage) => stage.cluster.user.remove(resource, key('cp')) },
    {
      reason: 'deleted and made again',
      change: (stage: Stage) => {
        stage.cluster.user.edit(resource, key('cp'), { metadata: { finalizers: null } });
        stage.cluster.user.remove(resource, key('cp'));
        stage.cluster.user.apply(resource, controlPlane('cp'));
      },
    },
  ])('stops at once where the object was $reason in between: what was planned is void', async ({ change }) => {
    const { stage, run } = await staged({ finalizers: ['example.com/theirs'] });
    await using _ = stage;
    stage.cluster.user.editStatus(resource, key('cp'), {});
    run.object = stage.object(controlPlaneKind, 'cp');
    change(stage);

    await expect(hold(run)).rejects.toMatchObject({ name: 'Retry', afterSeconds: 0 });

    expect(stage.find(resource, 'cp')?.metadata.finalizers ?? []).not.toContain(finalizer);
  });

  it('gives up for now where every patch meets a conflict', async () => {
    const { stage, run } = await staged();
    await using _ = stage;
    stage.cluster.intercept(({ verb }) => (verb === 'get' ? undefined : conflict(resource, key('cp'))));

    await expect(hold(run)).rejects.toThrow(Retry);
  });

  it.each([
    { reason: 'no answer', error: unanswered() },
    { reason: 'the object is gone', error: missing(resource, key('cp')) },
  ])('passes on what is no conflict: $reason', async ({ error }) => {
    const { stage, run } = await staged();
    await using _ = stage;
    stage.cluster.intercept(() => error);

    await expect(hold(run)).rejects.toBe(error);
  });
});

describe('letGo', () => {
  it('lets a deleted object go', async () => {
    const { stage, run } = await staged();
    await using _ = stage;
    await hold(run);
    stage.cluster.user.remove(resource, key('cp'));
    run.object = stage.object(controlPlaneKind, 'cp');

    await letGo(run);

    expect(stage.find(resource, 'cp')).toBeUndefined();
  });

  it('takes nothing off that is not there', async () => {
    const { stage, run } = await staged();
    await using _ = stage;

    await letGo(run);

    expect(stage.cluster.calls).toEqual([]);
  });
});

describe('recordedAccount', () => {
  it.each([
    { reason: 'as it was recorded', text: `${namespace}/auth`, wanted: account },
    { reason: 'not recorded', text: '', wanted: undefined },
    { reason: 'not of the shape', text: 'auth', wanted: undefined },
    { reason: 'without a name', text: `${namespace}/`, wanted: undefined },
    { reason: 'with too much', text: `${namespace}/auth/x`, wanted: undefined },
    {
      reason: 'of another namespace, as only a person could have written it',
      text: 'platform/auth',
      wanted: undefined,
    },
  ])('$reason', ({ text, wanted }) => {
    expect(recordedAccount(objectOf({ annotations: { [accountAnnotation]: text } }))).toEqual(wanted);
  });

  it('an object of no namespace has one of any', () => {
    const { namespace: _, ...metadata } = objectOf({ annotations: { [accountAnnotation]: 'platform/auth' } }).metadata;
    expect(recordedAccount({ ...objectOf(), metadata })).toEqual({ namespace: 'platform', name: 'auth' });
  });
});

describe('refuseIfManagedElsewhere', () => {
  it("refuses what Kong's operator holds, and names the finalizer", () => {
    expect(() => refuseIfManagedElsewhere(objectOf({ finalizers: [kongOperatorFinalizer] }))).toThrow(Terminal);
    expect(() => refuseIfManagedElsewhere(objectOf({ finalizers: [kongOperatorFinalizer] }))).toThrow(
      kongOperatorFinalizer,
    );
  });

  it('minds no other finalizer', () => {
    const object = objectOf({ finalizers: [finalizer, 'example.com/other'] });
    expect(() => refuseIfManagedElsewhere(object)).not.toThrow();
    expect(isHeld(object)).toBe(true);
  });
});
