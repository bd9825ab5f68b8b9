import { it } from 'vitest';
import { answers } from './answers.ts';
import { events } from './events.ts';
import { lies } from './lies.ts';
import { objects } from './objects.ts';
import { secrets } from './secrets.ts';
import { serverURLs } from './server-url.ts';
import { tenants } from './tenants.ts';
const suites = { objects, tenants, serverURLs, events, answers, lies, secrets };
for (const [name, suite] of Object.entries(suites)) {
  it(name, { timeout: 300_000 }, async () => {
    console.time(name);
    try { await suite(Number(process.env['RUNS'] ?? 200), Number(process.env['SEED'] ?? 1)); } finally { console.timeEnd(name); }
  });
}
