import { afterAll, beforeAll } from 'vitest';
import { type KubernetesObject, keyOf, type Resource } from '../../lib/engine/objects.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import type { ApiServerUnderTest } from '../api-server.ts';
import type { Settled } from '../world/settle.ts';
import { startWorld, type World } from '../world.ts';
import { collectGarbage, homeOf, parted } from './scene.ts';

/** A world in which what a kind refers to is there all the time, and the kind's own objects come and go. */
export interface Resident {
  readonly world: World;
  /** Applies the objects. */
  arrive(): Promise<readonly KubernetesObject[]>;
  /** Applies them, and lets everything settle. */
  up(): Promise<readonly Settled[]>;
  /** Deletes them, and lets everything settle. */
  down(): Promise<readonly Settled[]>;
}

/** Opens the world before the tests of a suite and closes it after them. */
export async function residentOf(kind: Kind, server: () => ApiServerUnderTest): Promise<Resident> {
  const { own, others } = parted(kind, await homeOf(kind));
  let opened: World | undefined;
  let objects: readonly KubernetesObject[] = [];
  beforeAll(async () => {
    opened = await startWorld(server().kubeconfig, { timeoutMs: 400 });
    await opened.apply(others);
    await opened.settle();
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());
  const resident: Resident = {
    get world() {
      if (opened === undefined) throw new Error('the world opens before the first test: use it inside tests only');
      return opened;
    },
    async arrive() {
      objects = await resident.world.apply(own);
      return objects;
    },
    async up() {
      await resident.arrive();
      return resident.world.settle();
    },
    async down() {
      const { world } = resident;
      for (const object of objects) await world.admin.delete(resourceOf(object), keyOf(object));
      const settled = await world.settle();
      if (server().collectsGarbage) return settled;
      await collectGarbage(world);
      return world.settle();
    },
  };
  return resident;
}

function resourceOf({ kind: name }: KubernetesObject): Resource {
  const found = kinds.find(({ resource }) => resource.kind === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found.resource;
}
