import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isRecord } from './engine/objects.ts';
import { createTelemetry } from './telemetry.ts';

const config = { logLevel: 'INFO', metricsNamespace: 'test' } as const;

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(...String(text).split('\n').filter(Boolean));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

function verdicts(): readonly unknown[] {
  return lines
    .map((line): unknown => JSON.parse(line))
    .flatMap((line) =>
      isRecord(line) && 'Reconciles' in line && 'kind' in line
        ? [[line['kind'], line['verdict'], line['Reconciles']]]
        : [],
    );
}

it('counts verdicts, and writes one line for each kind and verdict', () => {
  const telemetry = createTelemetry('reconcile-entity', config);
  for (const _ of [1, 2, 3]) telemetry.verdict('KongRoute', { is: 'done' });
  telemetry.verdict('KongRoute', { is: 'wait', message: 'for its service' });
  telemetry.verdict('KongService', { is: 'done' });
  expect(lines).toEqual([]);

  telemetry.flush();

  expect(verdicts()).toEqual([
    ['KongRoute', 'done', 3],
    ['KongRoute', 'wait', 1],
    ['KongService', 'done', 1],
  ]);
});

it('counts none twice', () => {
  const telemetry = createTelemetry('reconcile-entity', config);
  telemetry.verdict('KongRoute', { is: 'done' });
  telemetry.flush();
  telemetry.flush();
  telemetry.verdict('KongRoute', { is: 'done' });
  telemetry.flush();

  expect(verdicts()).toEqual([
    ['KongRoute', 'done', 1],
    ['KongRoute', 'done', 1],
  ]);
});

it('counts each verdict of all kinds together, too, which is what an alarm can look at', () => {
  const telemetry = createTelemetry('reconcile-auth', config);
  for (const kind of ['One', 'Other']) telemetry.verdict(kind, { is: 'terminal', message: 'no token' });
  telemetry.flush();

  const total = lines.map((line): unknown => JSON.parse(line)).find((line) => isRecord(line) && !('kind' in line));
  expect(total).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Namespace: 'test', Dimensions: [['service', 'verdict']] }] },
    service: 'reconcile-auth',
    verdict: 'terminal',
    Reconciles: 2,
  });
});

it('counts a token that Konnect refuses, and a call for which it is too early', () => {
  const telemetry = createTelemetry('reconcile-entity', config);
  const call = { operation: 'GET /v3', method: 'GET', host: 'global.api.konghq.com', milliseconds: 3 };
  telemetry.konnectCall({ ...call, status: 401, failure: 'unauthenticated' });
  telemetry.konnectCall({ ...call, status: 429, failure: 'rate-limited' });
  telemetry.konnectCall({ ...call, status: 200 });
  telemetry.metrics.publishStoredMetrics();

  const metrics = lines.map((line): unknown => JSON.parse(line)).find((line) => isRecord(line) && '_aws' in line);
  expect(metrics).toMatchObject({ KonnectCalls: [1, 1, 1], TokenRefusals: 1, KonnectThrottles: 1 });
});

it('counts what a drift check found by kind and class, and each class of all kinds together', () => {
  const telemetry = createTelemetry('drift-check', config);
  const counts = { missing: 0, different: 2, orphaned: 0, stuck: 1 };
  telemetry.drift({
    ...{ run: 'run', mode: 'report', startedAt: '', finishedAt: '', findings: [], konnectCalls: 0, events: 0 },
    counts: { ...counts, different: 3 },
    countsByKind: { One: counts, Other: { missing: 0, different: 1, orphaned: 0, stuck: 0 } },
    checked: [{ cluster: 'prod', kind: 'One', objects: 7, entities: 7 }],
    problems: [{ cluster: 'prod', message: 'no token' }],
  });
  telemetry.metrics.publishStoredMetrics();

  const found = lines
    .map((line): unknown => JSON.parse(line))
    .flatMap((line) =>
      isRecord(line) && line['class'] === 'different' ? [[line['kind'], line['DriftFindings']]] : [],
    );
  expect(found).toEqual([
    ['One', 2],
    ['Other', 1],
    [undefined, 3],
  ]);
  expect(lines.join()).toContain('"DriftProblems":1');
});
