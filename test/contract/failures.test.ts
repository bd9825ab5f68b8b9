import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, FaultRule } from '../../infra/local/konnect/server.ts';
import { findCondition, type KubernetesObject, keyOf, type Resource } from '../../lib/engine/objects.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { startWorld, type World } from '../world.ts';
import { collectGarbage, everyKind, homeOf, parted, remote } from './scene.ts';

/* What Konnect, and the way there, may do to every kind. The suite knows no kind. */

let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const failures: readonly (readonly [string, Fault])[] = [
  ['reply lost after the work is done', 'reset-after'],
  ['503 from a proxy', { status: 503, html: true }],
  ['429 with Retry-After', { status: 429, retryAfter: 7 }],
  ['429 without Retry-After', { status: 429 }],
  ['401 once', { status: 401 }],
];

const refusals: readonly (readonly [string, FaultRule])[] = [
  ['403', () => ({ status: 403 })],
  ['404', () => ({ status: 404 })],
  ['409 of a write', ({ write }) => (write ? { status: 409 } : undefined)],
  ['400 of a write', ({ write }) => (write ? { status: 400 } : undefined)],
  ['no answer in time', () => 'hang'],
];

describe.each(everyKind)('$name', async ({ name, kind }) => {
  const { own, others } = parted(kind, await homeOf(kind));
  let world: World;
  let objects: readonly KubernetesObject[] = [];
  // What the kind refers to is there all the time; each test brings the kind's own objects up, and down again.
  beforeAll(async () => {
    world = await startWorld(server.kubeconfig, { timeoutMs: 400 });
    await world.apply(others);
    await world.settle();
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  async function up() {
    objects = await world.apply(own);
    return world.settle();
  }

  async function down() {
    for (const object of objects) await world.admin.delete(resourceOf(object), keyOf(object));
    const settled = await world.settle();
    if (server.collectsGarbage) return settled;
    await collectGarbage(world);
    return world.settle();
  }

  it.each(failures)('is made and goes as ever when one call fails: %s', async (_, fault) => {
    world.konnect.setFault(undefined);
    const [callsUp] = await counted(world, up);
    const made = remote(world);
    const [callsDown] = await counted(world, down);
    expect(callsUp).toBeGreaterThan(0);
    const left = remote(world);

    const most = Math.max(callsUp, callsDown);
    for (const failing of fault === 'reset-after' ? upTo(most) : new Set([1, callsDown, callsUp])) {
      world.konnect.setFault((_request, nth) => (nth === failing ? fault : undefined));
      expect((await counted(world, up))[1], `call ${failing} on the way up`).toEqual([]);
      expect(remote(world), `call ${failing} on the way up`).toEqual(made);
      expect((await counted(world, down))[1], `call ${failing} on the way down`).toEqual([]);
      expect(remote(world), `call ${failing} on the way down`).toEqual(left);
    }
  });

  it.each(refusals)('says so and recovers when Konnect answers: %s', async (_, rule) => {
    // By then Konnect is done with what an earlier test left to it.
    world.now = new Date(world.now.getTime() + 3_600_000);
    objects = await world.apply(own);
    const object = objects.find((one) => one.kind === name);
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
    await down();
  });
});

/** 1, 2 and so on: a reply that is lost can do harm at each call. An answer says that nothing has happened. */
function upTo(most: number): readonly number[] {
  return Array.from({ length: most }, (_, index) => index + 1);
}

/** How many calls to Konnect something took, and what became of it. */
async function counted<Result>({ konnect }: World, something: () => Promise<Result>): Promise<[number, Result]> {
  konnect.resetRequests();
  const result = await something();
  return [konnect.requests.length, result];
}

function resourceOf({ kind: name }: KubernetesObject): Resource {
  const found = kinds.find(({ resource }) => resource.kind === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found.resource;
}

/** Calls that were made while the fault was on and did not go well. */
function failedOf({ konnect }: World): number {
  return konnect.requests.filter(({ status }) => status === undefined || status >= 400).length;
}
