import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, FaultRule } from '../../infra/local/konnect/server.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { startWorld, type World } from '../world.ts';
import { nothing, remote } from './remote.ts';
import { residentOf } from './resident.ts';
import { converged, deleteAll, everyController, examples } from './scene.ts';

/*
 * What may happen to a call on its way to Konnect and back, for every controller; `npm run proof` tries every call. The suite knows
 * no kind.
 */

let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

describe.each(everyController)('$name', async ({ kind }) => {
  const resident = await residentOf(kind, () => server);
  const { up, down } = resident;

  it('T7 is made and goes as ever when the answer to any one write is lost', async () => {
    const { world } = resident;
    const [writesUp] = await counted(world, up);
    const made = remote(world);
    const [writesDown] = await counted(world, down);
    const left = remote(world);

    for (let failing = 1; failing <= Math.max(writesUp, writesDown); failing += 1) {
      world.konnect.setFault(nthWrite(failing));
      expect((await counted(world, up))[1], `write ${failing} on the way up`).toEqual([]);
      expect(remote(world), `write ${failing} on the way up`).toEqual(made);
      world.konnect.setFault(nthWrite(failing));
      expect((await counted(world, down))[1], `write ${failing} on the way down`).toEqual([]);
      expect(remote(world), `write ${failing} on the way down`).toEqual(left);
    }
    world.konnect.setFault(undefined);
  });

  it('is made and goes as ever when Konnect first refuses in every way that passes', async () => {
    const { world } = resident;
    await up();
    const made = remote(world);
    await down();
    const left = remote(world);

    world.konnect.setFault((_request, nth) => passing[nth - 1]);
    world.konnect.resetRequests();
    expect(await up()).toEqual([]);
    expect(remote(world)).toEqual(made);
    expect(world.konnect.requests.length).toBeGreaterThan(passing.length);
    world.konnect.resetRequests();
    expect(await down()).toEqual([]);
    expect(remote(world)).toEqual(left);
    world.konnect.setFault(undefined);
  });
});

it('T6 everything is made once, and goes, though the first answer to every write is empty', async () => {
  const expected = await asEver();
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
  expect(remote(world)).toEqual(expected);

  expect(await deleteAll(world)).toEqual([]);
  expect(remote(world)).toEqual(nothing);
});

/** What Konnect holds of everything. Two worlds of a cluster would claim the same networks, so that one goes at once. */
async function asEver() {
  await using world = await converged(server);
  const held = remote(world);
  await deleteAll(world);
  return held;
}

/** What the first calls are answered: a proxy is down, too many calls, with a time and without, a token not known yet. */
const passing: readonly Fault[] = [
  { status: 503, html: true },
  { status: 429, retryAfter: 7 },
  { status: 429 },
  { status: 401 },
];

/** The nth write is done, and its answer is lost. */
function nthWrite(failing: number): FaultRule {
  let writes = 0;
  return ({ write }) => {
    writes += write ? 1 : 0;
    return write && writes === failing ? 'reset-after' : undefined;
  };
}

/** How many writes to Konnect something took, and what became of it. */
async function counted<Result>({ konnect }: World, something: () => Promise<Result>): Promise<[number, Result]> {
  konnect.resetRequests();
  const result = await something();
  return [konnect.writes, result];
}
