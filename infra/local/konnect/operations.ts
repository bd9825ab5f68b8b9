import { certificateOperations } from './certificates/operations.ts';
import { cloudGatewayOperations } from './cloud-gateways/operations.ts';
import { groupOperations } from './control-planes/groups.ts';
import { controlPlaneOperations } from './control-planes/operations.ts';
import { configHashOperation } from './core-entities/config-hash.ts';
import { pluginSchemaOperation } from './core-entities/config-schemas/plugin-schema-operation.ts';
import { membershipOperations } from './core-entities/memberships.ts';
import { coreEntityOperations } from './core-entities/operations.ts';
import { entityTypes } from './core-entities/registry.ts';
import { targetListOperation } from './core-entities/target-list.ts';
import { deckOperations } from './deck/operations.ts';
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
  ...membershipOperations(entityTypes),
  targetListOperation,
  pluginSchemaOperation,
  ...cloudGatewayOperations,
  ...deckOperations(entityTypes),
];
