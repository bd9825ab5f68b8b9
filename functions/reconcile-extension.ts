import { readConfig } from '../lib/config.ts';
import { reconcileFunction } from '../lib/reconcile-function.ts';

export const handler = reconcileFunction('extension', readConfig(process.env));
