import { readReplayConfig } from '../lib/config.ts';
import { replayFunction } from '../lib/replay-function.ts';

export const handler = replayFunction(readReplayConfig(process.env));
