import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { ownCrds } from '../../infra/local/cluster.ts';
import { isRecord, keyOf, type Resource } from '../../lib/engine/objects.ts';
import { reconcile } from '../../lib/engine/reconcile.ts';
import { deduplicationId, messageGroupId, type ObjectEventData } from '../../lib/events/event.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { startWorld, type World } from '../world.ts';
import { nothing, remote } from './remote.ts';
import { homeOf } from './scene.ts';

/* One object that a cluster serves in two versions is one object: it is read in ours, whatever version an event names. */

const kind = kinds.find(({ lane, core }) => lane === 'control-plane' && core === undefined) ?? missing();
const versions = [kind.resource.version, 'v1alpha2'] as const;

let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer();
  await using world = await startWorld(server.kubeconfig);
  await world.admin.apply(await inBothVersions());
  // An API server serves a new version a moment later.
  for (const version of versions) await vi.waitFor(() => world.admin.list({ ...kind.resource, version }));
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

describe('an object that is served in two versions', () => {
  it.each(versions)('T65 is one entity, whichever events come, and goes when it is deleted as %s', async (version) => {
    await using world = await startWorld(server.kubeconfig);
    await world.apply(await homeOf(kind));
    await world.settle();
    const before = remote(world);
    expect(before.planes.length).toBeGreaterThan(0);

    for (const { object, kind: each } of await world.objects()) {
      if (each !== kind) continue;
      const events = await eventsOf(world, object.metadata.name);
      expect(new Set(events.map(({ uid }) => uid)).size).toBe(1);
      expect(new Set(events.map(messageGroupId)).size).toBe(1);
      expect(new Set(events.map(deduplicationId)).size).toBe(1);
      for (const event of events) {
        const drift = { ...event, cause: 'drift' as const };
        expect(await reconcile(world.environment, world.cluster, event)).toEqual({ is: 'done' });
        expect(await reconcile(world.environment, world.cluster, drift)).toEqual({ is: 'done' });
      }
    }
    expect(remote(world)).toEqual(before);

    for (const { object, kind: each } of await world.objects()) {
      if (each !== kind) continue;
      const [event] = (await eventsOf(world, object.metadata.name)).filter((one) => one.version === version);
      await world.admin.delete({ ...kind.resource, version }, keyOf(object));
      await reconcile(world.environment, world.cluster, event ?? missing());
    }
    expect(await world.settle()).toEqual([]);
    expect(remote(world)).toEqual(nothing);
    expect((await world.objects()).filter((one) => one.kind === kind)).toEqual([]);
  });
});

/** What somebody who watches each version would send of the object. */
async function eventsOf({ admin, namespace }: World, name: string): Promise<readonly ObjectEventData[]> {
  const { group, kind: named } = kind.resource;
  return Promise.all(
    versions.map(async (version) => {
      const resource: Resource = { ...kind.resource, version };
      const { metadata } = (await admin.get(resource, { namespace, name })) ?? missing();
      const { uid, resourceVersion, generation = 0 } = metadata;
      const told = { uid, resourceVersion, generation, cause: 'change' as const };
      return { cluster: 'test', group, version, kind: named, namespace, name, ...told };
    }),
  );
}

/** Our CRD with a second version, the stored one; the API server converts by nothing but the name. */
async function inBothVersions(): Promise<string> {
  const crds = (await ownCrds()).map((text): unknown => parse(text));
  const crd = crds.filter(isRecord).find(({ spec }) => isRecord(spec) && isNamed(spec['names']));
  const spec = isRecord(crd?.['spec']) ? crd['spec'] : {};
  const [ours] = Array.isArray(spec['versions']) ? (spec['versions'] as unknown[]) : [];
  if (!isRecord(ours)) return missing();
  const both = versions.map((name) => ({ ...ours, name, storage: name !== kind.resource.version }));
  return JSON.stringify({ ...crd, spec: { ...spec, versions: both } });
}

function isNamed(names: unknown): boolean {
  return isRecord(names) && names['kind'] === kind.resource.kind;
}

function missing(): never {
  throw new Error('is not there');
}
