import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../infra/local/konnect/server.ts';
import { findCondition, keyOf } from '../../lib/engine/objects.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import type { World } from '../world.ts';
import { residentOf } from './resident.ts';
import { everyController, missing } from './scene.ts';

/* What Konnect may answer to every controller, call after call. The suite knows no kind. */

let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const refusals: readonly (readonly [string, FaultRule])[] = [
  ['403', () => ({ status: 403 })],
  ['404', () => ({ status: 404 })],
  ['409 of a write', ({ write }) => (write ? { status: 409 } : undefined)],
  ['400 of a write', ({ write }) => (write ? { status: 400 } : undefined)],
  ['no answer in time', () => 'hang'],
];

describe.each(everyController)('$name', async ({ name, kind }) => {
  const resident = await residentOf(kind, () => server);

  it('says so and recovers, whatever Konnect answers', async () => {
    const { world } = resident;
    // By then Konnect is done with what an earlier test left to it.
    world.now = new Date(world.now.getTime() + 3_600_000);
    const object = (await resident.arrive()).find((one) => one.kind === name);
    const key = keyOf(object ?? missing());
    for (const [what, rule] of refusals) {
      // Nothing that an earlier answer left there may stand for this one.
      await world.admin.patch(
        kind.resource,
        key,
        { status: { conditions: [unknown(kind.mainCondition)] } },
        { subresource: 'status' },
      );
      world.konnect.resetRequests();
      world.konnect.setFault(rule);

      const verdict = await world.reconcile(name, key.name, { cause: 'replay' });

      world.konnect.setFault(undefined);
      if (failedOf(world) > 0) {
        expect(verdict.is, what).toMatch(/^(retry|terminal)$/);
        const present = await world.get(name, key.name);
        const condition = present && findCondition(present, kind.mainCondition);
        expect(condition, what).toMatchObject({ status: 'False', message: expect.stringMatching(/./) });
      } else expect(verdict.is, what).toMatch(/^(done|wait)$/);
    }
    expect(await world.settle({ cause: 'replay' })).toEqual([]);
    expect(await world.settle()).toEqual([]);
    await resident.down();
  });
});

/** Calls that were made while the fault was on and did not go well. */
function failedOf({ konnect }: World): number {
  return konnect.requests.filter(({ status }) => status === undefined || status >= 400).length;
}

function unknown(type: string) {
  return { type, status: 'Unknown', reason: 'Pending', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
}
