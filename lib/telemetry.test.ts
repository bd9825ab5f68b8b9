import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isRecord } from './engine/objects.ts';
import { createTelemetry } from './telemetry.ts';

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
      isRecord(line) && 'Reconciles' in line ? [[line['kind'], line['verdict'], line['Reconciles']]] : [],
    );
}

it('counts verdicts, and writes one line for each kind and verdict', () => {
  const telemetry = createTelemetry('reconcile-entity', 'INFO');
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
  const telemetry = createTelemetry('reconcile-entity', 'INFO');
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
