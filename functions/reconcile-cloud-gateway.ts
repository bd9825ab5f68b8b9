import { readConfig } from '../lib/config.ts';
import { controllers } from '../lib/kinds/controllers-cloud-gateway.gen.ts';
import { reconcileFunction } from '../lib/reconcile-function.ts';

export const handler = reconcileFunction('cloud-gateway', controllers, readConfig(process.env));
