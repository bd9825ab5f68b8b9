import { describe, expect, it } from 'vitest';
import { authConfiguration, key, tokenSecret, withAuth } from '../../../test/memory/manifests.ts';
import { unanswered } from '../../../test/memory/refusals.ts';
import { goodToken, startStage } from '../../../test/memory/stage.ts';
import { Retry } from '../../engine/errors.ts';
import { secretResource } from '../../engine/objects.ts';
import { reconcile, resource, stored, valid } from './fixture.ts';

describe('trouble', () => {
  it.each([
    { reason: '503', fault: { status: 503, html: true } as const, after: undefined },
    { reason: '429 with Retry-After', fault: { status: 429, retryAfter: 77 } as const, after: 77 },
    { reason: 'no answer', fault: 'reset' as const, after: undefined },
    { reason: 'the answer is lost', fault: 'reset-after' as const, after: undefined },
    { reason: 'an answer without an organisation', fault: { status: 200, body: {} } as const, after: undefined },
  ])('T44 $reason passes: tried again, and a valid token stays valid', async ({ fault, after }) => {
    await using stage = await startStage();
    await withAuth(stage);
    // Twice, since the client itself repeats a read whose kept connection was cut.
    stage.konnect.setFault((_, nth) => (nth <= 2 ? fault : undefined));

    const verdict = await reconcile(stage, { force: true });

    expect(verdict).toMatchObject({ is: 'retry', ...(after === undefined ? {} : { afterSeconds: after }) });
    expect(valid(stage)).toBe('True Valid: Token from Secret team/token is valid');
    stage.konnect.setFault(undefined);
    stage.now = new Date(stage.now.getTime() + 120_000);
    expect(await reconcile(stage, { force: true })).toEqual({ is: 'done' });
  });

  it('T44 at the first look passes: what was never valid becomes so', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    stage.konnect.setFault(() => ({ status: 503, html: true }));
    expect((await reconcile(stage)).is).toBe('retry');
    expect(valid(stage)).toMatch(/^False /);
    stage.konnect.setFault(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toMatch(/^True Valid/);
  });

  it('the token store is away: nothing is said to be valid', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    stage.tokens.fail(new Retry('Secrets Manager is away'));

    expect((await reconcile(stage)).is).toBe('retry');

    expect(valid(stage)).toBe('False Invalid: Secrets Manager is away');
  });

  it('an object deleted before it was held is over with the next look', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    stage.cluster.intercept(({ verb }) => {
      if (verb === 'patch') stage.cluster.user.remove(resource, key('auth'));
      return undefined;
    });

    expect((await reconcile(stage)).is).toBe('retry');
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBeUndefined();
    expect(stage.find(resource, 'auth')).toBeUndefined();
  });

  it('a status that can not be written brings the event back', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(secretResource, tokenSecret(goodToken));
    stage.cluster.user.apply(resource, authConfiguration());
    stage.cluster.intercept(({ verb }, nth) => (verb === 'patch status' && nth > 4 ? unanswered() : undefined));

    expect((await reconcile(stage)).is).toBe('retry');
    stage.cluster.intercept(undefined);
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(valid(stage)).toMatch(/^True/);
  });
});
