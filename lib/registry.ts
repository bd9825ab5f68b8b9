import type { Registry } from './engine/controller.ts';
import { coreEntityController } from './engine/core-entity.ts';
import { entityController } from './engine/entity.ts';
import { controllers } from './kinds/controllers.gen.ts';
import type { Kind, Lane } from './kinds/define.ts';
import { kinds } from './kinds/registry.gen.ts';

/** The kinds of one lane's function; references may lead to any kind. */
export function registryOf(lane: Lane): Registry {
  return {
    kinds,
    kind: (group, name) =>
      kinds.find(({ resource, lane: own }) => own === lane && resource.group === group && resource.kind === name),
    controller: controllerOf,
  };
}

/** The kinds of all lanes, for whoever looks at any of them. */
export const wholeRegistry: Registry = {
  kinds,
  kind: (group, name) => kinds.find(({ resource }) => resource.group === group && resource.kind === name),
  controller: controllerOf,
};

/** A kind's own controller where its folder has one, else that of its entity mapping. */
export function controllerOf({ resource, entity, core }: Kind) {
  const own = controllers[resource.kind];
  if (own !== undefined) return own;
  if (core !== undefined) return coreEntityController(core);
  if (entity === undefined) throw new Error(`${resource.kind} has neither a controller nor an entity mapping`);
  return entityController(entity);
}

/** The lane of a kind; undefined where no kind has that name. */
export function laneOf(name: string): Lane | undefined {
  return kinds.find(({ resource }) => resource.kind === name)?.lane;
}
