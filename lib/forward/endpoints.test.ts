import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEndpoints } from './endpoints.ts';
import { createJsonLog } from './log.ts';
import { createMetrics } from './metrics.ts';

let ready = false;
const metrics = createMetrics();
const server = createEndpoints({ ready: () => ready, metrics: metrics.text });
let url: string;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close().closeAllConnections();
});

it('is alive, and ready when it is', async () => {
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  ready = true;
  expect((await fetch(`${url}/readyz?verbose`)).status).toBe(200);
});

it('answers nothing else', async () => {
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/healthz`, { method: 'POST', body: 'x' })).status).toBe(405);
});

it('gives Prometheus text', async () => {
  metrics.count('forwarder_events_sent_total', { kind: 'Depot', cause: 'change' });
  metrics.count('forwarder_events_sent_total', { cause: 'change', kind: 'Depot' }, 2);
  metrics.count('forwarder_send_failures_total', { code: 'a "quoted"\nline \\' });
  metrics.set('forwarder_outbox_events', {}, 7);
  metrics.set('forwarder_outbox_events', {}, 3);

  const response = await fetch(`${url}/metrics`);
  const lines = (await response.text()).split('\n');

  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(lines).toContain('# TYPE konnect_reconciler_forwarder_events_sent_total counter');
  expect(lines).toContain('konnect_reconciler_forwarder_events_sent_total{cause="change",kind="Depot"} 3');
  expect(lines).toContain('konnect_reconciler_forwarder_outbox_events 3');
  expect(lines).toContain('konnect_reconciler_forwarder_send_failures_total{code="a \\"quoted\\"\\nline \\\\"} 1');
  expect(lines.at(-1)).toBe('');
  // Every line is a comment or a sample.
  for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{.*\})? \d+)$/);
});

it('logs one JSON object a line, from its level on, errors with their causes', () => {
  const lines: string[] = [];
  const log = createJsonLog({ level: 'INFO', write: (line) => lines.push(line), fields: { cluster: 'prod' } });
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

  log.debug('not this');
  log.error('watch failed', { kind: 'Depot', error: new RangeError('no answer', { cause }) });

  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'ERROR',
    message: 'watch failed',
    cluster: 'prod',
    kind: 'Depot',
    error: { name: 'RangeError', message: 'no answer', cause: { message: 'refused', code: 'ECONNREFUSED' } },
  });
});
