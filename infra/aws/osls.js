// osls loads JavaScript only; this hands it what is written in TypeScript.
import { parts } from './parts.ts';

export { environment } from './environment.ts';
export { settings } from './settings.ts';

export const resources = Object.assign({}, ...parts.map(({ Resources }) => Resources));
export const outputs = Object.assign({}, ...parts.map(({ Outputs }) => Outputs));
