import { it } from 'vitest';
import { tenants } from './tenants.ts';
it('tenants', { timeout: 300_000 }, async () => {
  console.time('t');
  try { await tenants(Number(process.env['RUNS'] ?? 200), Number(process.env['SEED'] ?? 1)); } finally { console.timeEnd('t'); }
});
