import { describe, expect, it } from 'vitest';
import { authKind, conditionText, key } from '../../test/memory/manifests.ts';
import { overloaded, unanswered } from '../../test/memory/refusals.ts';
import { eventOf, idle, run, staged } from '../../test/memory/runs.ts';
import { startStage } from '../../test/memory/stage.ts';
import type { Controller } from './controller.ts';
import { Retry, Terminal, Wait } from './errors.ts';
import { finalizer, pausedAnnotation } from './names.ts';
import { findCondition } from './objects.ts';
import { hold } from './ownership.ts';

const { resource } = authKind;

describe('reconcile', () => {
  it.each([
    { reason: 'a kind that nobody declared', event: eventOf({ kind: 'Nothing' }) },
    { reason: 'the kind in another group', event: eventOf({ group: 'example.com' }) },
  ])('$reason is a malformed event, before any call', async ({ event }) => {
    await using stage = await staged();

    expect((await run(stage, idle, { event })).is).toBe('malformed');

    expect(stage.cluster.calls).toEqual([]);
  });

  it('looks at the object as it is now, whatever the event says of it', async () => {
    await using stage = await staged();
    const seen: unknown[] = [];
    const controller: Controller = {
      ...idle,
      async converge({ object, cause, thorough }) {
        seen.push([object.metadata.uid, object.metadata.generation, cause, thorough]);
      },
    };

    await run(stage, controller, { event: eventOf({ uid: 'long gone', generation: 99, cause: 'drift' }) });

    expect(seen).toEqual([[stage.object(authKind, 'auth').metadata.uid, 1, 'drift', true]]);
  });

  it('an object that is gone is done, and what is known by its name is cleared', async () => {
    await using stage = await startStage();
    const cleared: unknown[] = [];

    const verdict = await run(stage, { ...idle, vanished: async (gone) => void cleared.push(gone) });

    expect(verdict).toEqual({ is: 'done' });
    expect(cleared).toEqual([key('auth')]);
  });

  it('what can not be told in a condition becomes a dead letter', async () => {
    await using stage = await startStage();
    const vanished = async () => Promise.reject(new Terminal('no right to do that'));

    expect(await run(stage, { ...idle, vanished })).toEqual({ is: 'malformed', message: 'no right to do that' });
  });

  it.each([
    { error: overloaded(), afterSeconds: 3 },
    { error: unanswered(), afterSeconds: undefined },
  ])('an API server in trouble is tried again: $error.message', async ({ error, afterSeconds }) => {
    await using stage = await staged();
    stage.cluster.intercept(() => error);

    expect(await run(stage, idle)).toEqual({
      is: 'retry',
      message: error.message,
      ...(afterSeconds && { afterSeconds }),
    });
  });

  it('a retry tells what the object said of this generation before', async () => {
    await using stage = await staged();
    const failing = (message: string): Controller => ({
      ...idle,
      converge: async () => Promise.reject(new Retry(message)),
    });
    const first = await run(stage, failing('no such host'));
    const since = findCondition(stage.object(authKind, 'auth'), authKind.mainCondition)?.lastTransitionTime;

    const second = await run(stage, failing('busy'));
    stage.cluster.user.edit(resource, key('auth'), { spec: { serverURL: 'us.api.konghq.com' } });
    const ofNextGeneration = await run(stage, failing('slow'));

    expect(first).toEqual({ is: 'retry', message: 'no such host' });
    expect(second).toEqual({ is: 'retry', message: 'busy', before: { message: 'no such host', since } });
    expect(ofNextGeneration).toEqual({ is: 'retry', message: 'slow' });
  });

  it('a defect is retried, told without its text, and never thrown', async () => {
    await using stage = await staged();
    const converge = async () => Promise.reject(new TypeError('kpat_secret of undefined'));

    expect(await run(stage, { ...idle, converge })).toEqual({
      is: 'retry',
      message: 'unexpected TypeError: see the log',
    });

    expect(conditionText(stage.object(authKind, 'auth'), 'APIAuthValid')).toBe(
      'False Invalid: unexpected TypeError: see the log',
    );
  });

  it('writes what was found out, also when the run failed then', async () => {
    await using stage = await staged();
    const controller: Controller = {
      ...idle,
      async converge({ report }) {
        report.status({ organizationID: 'org' });
        throw new Wait('for something');
      },
    };

    expect((await run(stage, controller)).is).toBe('wait');

    expect(stage.object(authKind, 'auth').status).toMatchObject({ organizationID: 'org' });
    expect(stage.cluster.calls.filter((call) => call.startsWith('patch'))).toHaveLength(1);
  });

  it('the words of a step stand, unless there is a more definite one', async () => {
    await using stage = await staged();
    const failing = (error: Error): Controller => ({
      ...idle,
      async converge({ report }) {
        report.condition({ type: 'APIAuthValid', status: 'False', reason: 'Step', message: 'said by the step' });
        throw error;
      },
    });
    const text = () => conditionText(stage.object(authKind, 'auth'), 'APIAuthValid');

    await run(stage, failing(new Wait('waits')));
    expect(text()).toBe('False Step: said by the step');
    await run(stage, failing(new Terminal('without a reason')));
    expect(text()).toBe('False Step: said by the step');
    await run(stage, failing(new Terminal('with one', { reason: 'Definite' })));
    expect(text()).toBe('False Definite: with one');
  });

  it('a paused object is not touched, alive or deleting', async () => {
    await using stage = await staged({ annotations: { [pausedAnnotation]: 'true' }, finalizers: [finalizer] });
    const failing: Controller = {
      converge: async () => Promise.reject(new Error('converge')),
      release: async () => Promise.reject(new Error('release')),
    };

    expect(await run(stage, failing)).toEqual({ is: 'done' });
    stage.cluster.user.remove(resource, key('auth'));
    expect(await run(stage, failing)).toEqual({ is: 'done' });

    expect(stage.cluster.calls.every((call) => call.startsWith('get'))).toBe(true);
  });

  it('an object that others hold while it is deleted is none of our business', async () => {
    await using stage = await staged({ finalizers: ['example.com/theirs'] });
    stage.cluster.user.remove(resource, key('auth'));
    const release = async () => Promise.reject(new Error('release'));

    expect(await run(stage, { ...idle, release })).toEqual({ is: 'done' });
  });

  it('the finalizer goes when the release is done, and stays when it is not', async () => {
    await using stage = await staged();
    await run(stage, { ...idle, converge: (each) => hold(each) });
    stage.cluster.user.remove(resource, key('auth'));
    expect((await run(stage, { ...idle, release: async () => Promise.reject(new Wait('not yet')) })).is).toBe('wait');
    expect(stage.object(authKind, 'auth').metadata.finalizers).toEqual([finalizer]);
    expect(conditionText(stage.object(authKind, 'auth'), 'APIAuthValid')).toBe('False Invalid: not yet');

    expect(await run(stage, idle)).toEqual({ is: 'done' });

    expect(stage.find(resource, 'auth')).toBeUndefined();
  });

  it('an object that goes away while its finalizer is taken off is done with the next look', async () => {
    await using stage = await staged({ finalizers: [finalizer] });
    stage.cluster.user.editStatus(resource, key('auth'), {});
    stage.cluster.user.remove(resource, key('auth'));
    stage.cluster.intercept(({ verb }) => {
      if (verb === 'patch') stage.cluster.user.edit(resource, key('auth'), { metadata: { finalizers: null } });
      return undefined;
    });

    expect((await run(stage, idle)).is).toBe('retry');
    stage.cluster.intercept(undefined);
    expect(await run(stage, idle)).toEqual({ is: 'done' });
  });
});
