import type { Controller, Registry } from './engine/controller.ts';
import { coreEntityController } from './engine/core-entity.ts';
import { entityController } from './engine/entity.ts';
import type { Controllers, Kind, Lane } from './kinds/define.ts';
import { kinds } from './kinds/registry.gen.ts';

/**
 * The kinds of one lane's function; references may lead to any kind.
 * @param controllers those of the lane's kinds
 */
export function registryOf(lane: Lane, controllers: Controllers): Registry {
  return {
    kinds,
    kind: (group, name) =>
      kinds.find(({ resource, lane: own }) => own === lane && resource.group === group && resource.kind === name),
    controller: (kind) => controllerOf(kind, controllers),
  };
}

/** A kind's own controller where its folder has one, else that of its entity mapping. */
export function controllerOf({ resource, entity, core }: Kind, controllers: Controllers): Controller {
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
