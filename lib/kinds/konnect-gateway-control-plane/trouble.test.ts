import { describe, expect, it } from 'vitest';
import {
  edit,
  emptySuccess,
  fresh,
  object,
  programmed,
  programmedStage,
  reconcile,
  timeout,
  troubles,
} from '../../../test/memory/control-plane.ts';
import { remotePlanes } from '../../../test/memory/manifests.ts';

const steps = {
  'the look before the create': { on: 'GET', prepare: fresh, edits: {}, wrong: troubles },
  'the create': { on: 'POST', prepare: fresh, edits: {}, wrong: [...troubles, timeout, emptySuccess] },
  'the look before the update': {
    on: 'GET',
    prepare: programmedStage,
    edits: { description: 'new' },
    wrong: [...troubles, emptySuccess],
  },
  'the update': {
    on: 'PATCH',
    prepare: programmedStage,
    edits: { description: 'new' },
    wrong: [...troubles, timeout, emptySuccess],
  },
} as const;

describe.each(Object.entries(steps))('trouble at %s', (_, { on, prepare, edits, wrong }) => {
  it.each(wrong)('$name: $is', async ({ fault, is, afterSeconds }) => {
    await using stage = await prepare();
    if (Object.keys(edits).length > 0) edit(stage, { spec: edits });
    stage.konnect.setFault(({ method }) => (method === on ? fault : undefined));

    const verdict = await reconcile(stage);

    expect(verdict).toMatchObject({ is, ...(afterSeconds === undefined ? {} : { afterSeconds }) });
    const reason = prepare === fresh ? 'FailedToCreate' : 'FailedToUpdate';
    expect(programmed(stage)).toMatch(new RegExp(`^False ${reason}: .`));
    const text = programmed(stage);
    stage.now = new Date(stage.now.getTime() + 120_000);
    await reconcile(stage);
    expect(programmed(stage), 'T42 the same failure reads the same').toBe(text);

    stage.konnect.setFault(undefined);
    stage.now = new Date(stage.now.getTime() + 240_000);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(remotePlanes(stage)).toMatchObject([{ name: 'cp', ...edits }]);
    expect(programmed(stage)).toBe('True Programmed');
  });
});

describe('T41 trouble at a closer look', () => {
  it.each([...troubles, emptySuccess].filter(({ is }) => is === 'retry'))('$name unsays nothing', async ({ fault }) => {
    await using stage = await programmedStage();
    const before = object(stage);
    stage.konnect.setFault(() => fault);

    expect((await reconcile(stage, { cause: 'drift' })).is).toBe('retry');

    expect(object(stage)).toBe(before);
  });
});
