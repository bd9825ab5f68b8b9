import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, FaultRule } from '../../infra/local/konnect/server.ts';
import { findCondition } from '../../lib/engine/objects.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { startWorld, type World } from '../world.ts';
import { converged, deleteAll, everyKind, examples, nothing, parted, remote } from './scene.ts';

/* What Konnect, and the way there, may do to every kind. The suite knows no kind. */

let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const failures: readonly (readonly [string, Fault])[] = [
  ['connection cut before anything happens', 'reset'],
  ['reply lost after the work is done', 'reset-after'],
  ['503 from a proxy', { status: 503, html: true }],
  ['429 with Retry-After', { status: 429, retryAfter: 7 }],
  ['429 without Retry-After', { status: 429 }],
  ['500', { status: 500 }],
  ['401 once', { status: 401 }],
];
/** Worlds are started one after another in these tests. */
const timeout = 240_000;

// A 429 pauses everything of its organisation: one after another, they would take longer than anybody waits.
const unlimited = failures.filter(([name]) => !name.startsWith('429'));

describe.each(unlimited)('every call to Konnect fails once: %s', (_, fault) => {
  it(
    'on the way up, and the end is the same',
    async () => {
      await using clean = await converged(server);
      await using world = await startWorld(server.kubeconfig);
      world.konnect.setFault(onceEach(fault));
      await world.apply(examples);

      expect(await world.settle()).toEqual([]);

      expect(remote(world)).toEqual(remote(clean));
    },
    timeout,
  );

  it(
    'on the way down, and nothing is left',
    async () => {
      await using world = await converged(server);
      world.konnect.setFault(onceEach(fault));

      expect(await deleteAll(world)).toEqual([]);

      expect(remote(world)).toEqual(nothing);
      expect(await world.objects()).toEqual([]);
    },
    timeout,
  );
});

describe.each(failures)('one call to Konnect fails: %s', (name, fault) => {
  // Every call fails in one of these tests; all calls in all of them would take an hour.
  const share = failures.findIndex(([one]) => one === name);
  const mine = (calls: number) =>
    Array.from({ length: calls }, (_, index) => index + 1).filter((nth) => nth % failures.length === share);

  it(
    'on the way up, and the end is the same',
    async () => {
      await using clean = await converged(server);
      for (const failing of mine(clean.konnect.requests.length)) {
        await using world = await startWorld(server.kubeconfig);
        world.konnect.setFault((_request, nth) => (nth === failing ? fault : undefined));
        await world.apply(examples);

        expect(await world.settle(), `call ${failing}`).toEqual([]);

        expect(remote(world), `call ${failing}`).toEqual(remote(clean));
      }
    },
    timeout,
  );

  it(
    'on the way down, and nothing is left',
    async () => {
      await using clean = await converged(server);
      clean.konnect.resetRequests();
      await deleteAll(clean);
      expect(clean.konnect.requests.length).toBeGreaterThan(0);
      for (const failing of mine(clean.konnect.requests.length)) {
        await using world = await converged(server);
        world.konnect.setFault((_request, nth) => (nth === failing ? fault : undefined));

        expect(await deleteAll(world), `call ${failing}`).toEqual([]);

        expect(remote(world), `call ${failing}`).toEqual(nothing);
        expect(await world.objects()).toEqual([]);
      }
    },
    timeout,
  );
});

const refusals: readonly (readonly [string, FaultRule])[] = [
  ['403', () => ({ status: 403 })],
  ['404', () => ({ status: 404 })],
  ['409 of a write', ({ write }) => (write ? { status: 409 } : undefined)],
  ['400 of a write', ({ write }) => (write ? { status: 400 } : undefined)],
  ['no answer in time', () => 'hang'],
];

describe.each(everyKind)('$name', ({ name, kind }) => {
  it.each(refusals)('says so and recovers when Konnect answers: %s', async (_, rule) => {
    await using world = await startWorld(server.kubeconfig, { timeoutMs: 400 });
    const { own, others } = parted(name);
    await world.apply(others);
    await world.settle();
    const [object] = await world.apply(own);
    world.konnect.resetRequests();
    world.konnect.setFault(rule);

    const verdict = await world.reconcile(name, object?.metadata.name ?? '');

    world.konnect.setFault(undefined);
    if (failedOf(world) > 0) {
      expect(verdict.is).toMatch(/^(retry|terminal)$/);
      const present = await world.get(name, object?.metadata.name ?? '');
      const condition = present && findCondition(present, kind.mainCondition);
      expect(condition).toMatchObject({ status: 'False', message: expect.stringMatching(/./) });
    } else expect(verdict.is).toMatch(/^(done|wait)$/);
    expect(await world.settle({ cause: 'replay' })).toEqual([]);
    expect(await world.settle()).toEqual([]);
  });
});

function onceEach(fault: Fault): FaultRule {
  const seen = new Set<string>();
  return ({ method, path, query }) => {
    const call = `${method} ${path} ${JSON.stringify(query)}`;
    if (seen.has(call)) return undefined;
    seen.add(call);
    return fault;
  };
}

/** Calls that were made while the fault was on and did not go well. */
function failedOf({ konnect }: World): number {
  return konnect.requests.filter(({ status }) => status === undefined || status >= 400).length;
}
