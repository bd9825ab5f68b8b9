import { readConfig } from '../lib/config.ts';
import { controllers } from '../lib/kinds/controllers-entity.gen.ts';
import { reconcileFunction } from '../lib/reconcile-function.ts';

export const handler = reconcileFunction('entity', controllers, readConfig(process.env));
