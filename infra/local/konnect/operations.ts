import { certificateOperations } from './certificates/operations.ts';
import { groupOperations } from './control-planes/groups.ts';
import { controlPlaneOperations } from './control-planes/operations.ts';
import { configHashOperation } from './core-entities/config-hash.ts';
import { coreEntityOperations } from './core-entities/operations.ts';
import { entityTypes } from './core-entities/registry.ts';
import { identityOperations } from './identity.ts';
import type { Operation } from './operation.ts';

/** Everything that the emulator serves. */
export const operations: readonly Operation[] = [
  ...identityOperations,
  ...controlPlaneOperations,
  ...groupOperations,
  ...certificateOperations,
  configHashOperation,
  ...coreEntityOperations(entityTypes),
];
