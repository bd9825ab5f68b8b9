// osls loads JavaScript only; this hands it what is written in TypeScript.
export { laneOutputs, laneResources } from './lanes.ts';
export { settings } from './settings.ts';
