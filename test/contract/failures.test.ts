import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { allExamples, startWorld, type World } from '../world.ts';
import { converged, remote } from './converged.ts';

/* One call to Konnect fails, in every way that one can and at every place: the end is that of a clean run. */

let server: ApiServerUnderTest;
const examples = await allExamples();

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const failures = {
  'connection cut before anything happens': 'reset',
  'reply lost after the work is done': 'reset-after',
  '503 from a proxy': { status: 503, html: true },
  '429 with Retry-After': { status: 429, retryAfter: 7 },
  '429 without Retry-After': { status: 429 },
  '500': { status: 500 },
  '401 once': { status: 401 },
} as const;

describe.each(Object.entries(failures))('one call to Konnect fails: %s', (_, fault) => {
  it('at whichever call of the way up, the end is the same', async () => {
    await using clean = await converged(server.kubeconfig);
    const calls = clean.konnect.requests.length;
    const wanted = remote(clean);
    for (let failing = 1; failing <= calls; failing += 1) {
      await using world = await startWorld(server.kubeconfig);
      world.konnect.setFault((_request, nth) => (nth === failing ? fault : undefined));
      await world.apply(examples);

      expect(await world.settle(), `call ${failing} of ${calls}`).toEqual([]);

      expect(remote(world), `call ${failing} of ${calls}`).toEqual(wanted);
    }
  });

  it('at whichever call of the way down, nothing is left', async () => {
    await using clean = await converged(server.kubeconfig);
    clean.konnect.resetRequests();
    await deleteAll(clean);
    const calls = clean.konnect.requests.length;
    expect(calls).toBeGreaterThan(0);
    for (let failing = 1; failing <= calls; failing += 1) {
      await using world = await converged(server.kubeconfig);
      world.konnect.setFault((_request, nth) => (nth === failing ? fault : undefined));

      expect(await deleteAll(world), `call ${failing} of ${calls}`).toEqual([]);

      expect(remote(world), `call ${failing} of ${calls}`).toEqual([]);
      expect(await world.objects()).toEqual([]);
    }
  });
});

async function deleteAll(world: World) {
  for (const { kind, object } of await world.objects()) {
    await world.admin.delete(kind.resource, { namespace: world.namespace, name: object.metadata.name });
  }
  return world.settle();
}
