import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord, type KubernetesObject, keyOf } from '../../lib/engine/objects.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import type { World } from '../world.ts';
import { content } from './remote.ts';
import { converged, everyKind, examples } from './scene.ts';

/* Where an entity lives is settled while it is programmed. The suite knows no kind. */

type Fields = Readonly<Record<string, unknown>>;

let server: ApiServerUnderTest;
let world: World;

beforeAll(async () => {
  server = await startApiServer();
  world = await converged(server);
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Which control plane or account the object names for itself, with another name in its place, as a merge patch. */
function moved(value: unknown): Fields | undefined {
  for (const [field, inner] of Object.entries(isRecord(value) ? value : {})) {
    const isPlace = ['controlPlaneRef', 'controlPlane', 'authRef'].includes(field);
    const there = (isPlace ? renamed(inner) : undefined) ?? moved(inner);
    if (there !== undefined) return { [field]: there };
  }
  return undefined;
}

function renamed(value: unknown): Fields | undefined {
  if (!isRecord(value)) return undefined;
  if (typeof value['name'] === 'string') return { name: 'another' };
  for (const [field, inner] of Object.entries(value)) {
    const there = renamed(inner);
    if (there !== undefined) return { [field]: there };
  }
  return undefined;
}

const placed = everyKind.filter(({ name, kind }) => {
  const own = examples.split('\n---\n').map((text) => JSON.parse(text) as KubernetesObject);
  // Kong's CRDs let cloud gateways be moved; their own tests say what becomes of them then.
  return kind.lane !== 'cloud-gateway' && own.some((one) => one.kind === name && moved({ spec: one.spec }));
});

describe('while it is programmed', () => {
  it.each(placed)('T67 a $name can not be moved elsewhere, and stays what it was', async ({ kind }) => {
    const before = content(world);
    for (const { object } of (await world.objects()).filter((one) => one.kind === kind)) {
      const patch = moved({ spec: object.spec });
      if (patch !== undefined)
        await expect(world.admin.patch(kind.resource, keyOf(object), patch)).rejects.toThrow(/immutable/);
    }

    expect(await world.settle()).toEqual([]);
    expect(content(world)).toEqual(before);
  });
});
