import { readDriftConfig } from '../lib/config.ts';
import { driftFunction } from '../lib/drift-function.ts';

export const handler = driftFunction(readDriftConfig(process.env));
