import { readConfig } from '../lib/config.ts';
import { controllers } from '../lib/kinds/controllers-extension.gen.ts';
import { reconcileFunction } from '../lib/reconcile-function.ts';

export const handler = reconcileFunction('extension', controllers, readConfig(process.env));
