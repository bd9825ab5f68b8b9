import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../infra/local/konnect/server.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { startWorld, type World } from '../world.ts';
import { residentOf } from './resident.ts';
import { converged, deleteAll, everyKind, examples, nothing, remote } from './scene.ts';

/* What may happen to one call on its way to Konnect and back, for every kind. The suite knows no kind. */

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

describe.each(everyKind)('$name', async ({ kind }) => {
  const resident = await residentOf(kind, () => server);
  const { up, down } = resident;

  it.each(failures)('is made and goes as ever when one call fails (T7): %s', async (_, fault) => {
    const { world } = resident;
    world.konnect.setFault(undefined);
    const [callsUp] = await counted(world, up);
    const made = remote(world);
    const [callsDown] = await counted(world, down);
    expect(callsUp).toBeGreaterThan(0);
    const left = remote(world);

    const most = Math.max(callsUp, callsDown);
    for (const failing of fault === 'reset-after' ? upTo(most) : new Set([1, callsUp])) {
      world.konnect.setFault((_request, nth) => (nth === failing ? fault : undefined));
      expect((await counted(world, up))[1], `call ${failing} on the way up`).toEqual([]);
      expect(remote(world), `call ${failing} on the way up`).toEqual(made);
      expect((await counted(world, down))[1], `call ${failing} on the way down`).toEqual([]);
      expect(remote(world), `call ${failing} on the way down`).toEqual(left);
    }
  });
});

it('T6 everything is made once, and goes, though the first answer to every write is empty', async () => {
  await using plain = await converged(server);
  await using world = await startWorld(server.kubeconfig);
  const answered = new Set<string>();
  world.konnect.setFault(({ method, path, write }) => {
    const call = `${method} ${path}`;
    if (!write || answered.has(call)) return undefined;
    answered.add(call);
    return 'empty-after';
  });

  await world.apply(examples);
  expect(await world.settle()).toEqual([]);
  expect(remote(world)).toEqual(remote(plain));

  expect(await deleteAll(world)).toEqual([]);
  expect(remote(world)).toEqual(nothing);
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
