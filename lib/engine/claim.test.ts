import { describe, expect, it } from 'vitest';
import { objectOf, serviceKind, serviceStage } from '../../test/memory/core.ts';
import { claiming, claimOf, isClaimed } from './claim.ts';
import { KonnectError, type KonnectFailure, Retry } from './errors.ts';
import { createReport } from './report.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';

const session = { auth: { namespace: 'team', name: 'auth' } } as Session;

/** What becomes of the claim of an object whose entity is made by `make`. */
async function claimed(make: () => Promise<string>) {
  await using stage = await serviceStage();
  const { environment, cluster } = stage;
  const object = objectOf(stage);
  const run: Run = {
    ...environment,
    kind: serviceKind,
    cluster,
    object,
    cause: 'change',
    thorough: false,
    report: createReport(),
  };
  const during: boolean[] = [];
  const answer = await claiming(run, session, 'a network', () => {
    during.push(isClaimed(objectOf(stage), 'a network'));
    return make();
  }).catch((error: unknown) => error);
  return {
    answer,
    during,
    left: claimOf(objectOf(stage)),
    isLeft: isClaimed(objectOf(stage), 'a network'),
    other: isClaimed(objectOf(stage), 'another'),
  };
}

function failure(kind: KonnectFailure, status?: number): KonnectError {
  return new KonnectError('no', { failure: kind, status });
}

describe('a claim', () => {
  it('is noted before anything is made, and stays', async () => {
    expect(await claimed(async () => 'made')).toEqual({
      answer: 'made',
      during: [true],
      left: 'a network',
      isLeft: true,
      other: false,
    });
  });

  it.each([
    { what: 'a refusal', error: failure('invalid', 400) },
    { what: 'a name that is taken', error: failure('unique-violation', 409) },
  ])('is taken back after $what', async ({ error }) => {
    expect(await claimed(() => Promise.reject(error))).toMatchObject({
      answer: error,
      during: [true],
      left: undefined,
      isLeft: false,
    });
  });

  it.each([
    { what: 'no answer', error: failure('unreachable') },
    { what: 'an answer that nobody understands', error: failure('unintelligible', 201) },
    { what: 'a server in trouble', error: failure('unavailable', 503) },
    { what: 'an error of our own', error: new Retry('later') },
    { what: 'an error that only looks like an answer', error: Object.assign(new Error('odd'), { status: 400 }) },
  ])('stays after $what: nobody knows what happened', async ({ error }) => {
    expect(await claimed(() => Promise.reject(error))).toMatchObject({ answer: error, left: 'a network' });
  });
});
