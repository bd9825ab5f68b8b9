import type { Registry } from './engine/controller.ts';
import { controllers as auth } from './kinds/controllers-auth.gen.ts';
import { controllers as cloudGateway } from './kinds/controllers-cloud-gateway.gen.ts';
import { controllers as controlPlane } from './kinds/controllers-control-plane.gen.ts';
import { controllers as entity } from './kinds/controllers-entity.gen.ts';
import { controllers as extension } from './kinds/controllers-extension.gen.ts';
import type { Controllers, Lane } from './kinds/define.ts';
import { kinds } from './kinds/registry.gen.ts';
import { controllerOf } from './registry.ts';

/** The controllers of each lane's kinds, by the name of the kind. */
export const controllersOfLanes: Readonly<Record<Lane, Controllers>> = {
  auth,
  'control-plane': controlPlane,
  extension,
  entity,
  'cloud-gateway': cloudGateway,
};

export const allControllers: Controllers = Object.assign({}, ...Object.values(controllersOfLanes));

/** The kinds of all lanes, for whoever looks at any of them. */
export const wholeRegistry: Registry = {
  kinds,
  kind: (group, name) => kinds.find(({ resource }) => resource.group === group && resource.kind === name),
  controller: (kind) => controllerOf(kind, allControllers),
};
