// osls loads JavaScript only; this hands it what is written in TypeScript.
import { alarms } from './alarms.ts';
import { dashboard } from './dashboard.ts';
import { parts } from './parts.ts';

export { environment } from './environment.ts';
export { extensions } from './extensions.ts';
export { settings } from './settings.ts';

export const resources = Object.assign({}, ...parts.map(({ Resources }) => Resources), alarms, dashboard);
export const outputs = Object.assign({}, ...parts.map(({ Outputs }) => Outputs));
