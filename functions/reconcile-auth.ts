import { readConfig } from '../lib/config.ts';
import { controllers } from '../lib/kinds/controllers-auth.gen.ts';
import { reconcileFunction } from '../lib/reconcile-function.ts';

export const handler = reconcileFunction('auth', controllers, readConfig(process.env));
