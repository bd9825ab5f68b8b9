import { readConfig } from '../lib/config.ts';
import { controllers } from '../lib/kinds/controllers-control-plane.gen.ts';
import { reconcileFunction } from '../lib/reconcile-function.ts';

export const handler = reconcileFunction('control-plane', controllers, readConfig(process.env));
