import { describe, expect, it } from 'vitest';
import type { DriftReport, Finding } from './report.ts';
import { driftText } from './text.ts';

const nothing: DriftReport = {
  run: 'run-1',
  mode: 'report',
  startedAt: '2026-03-01T12:00:00.000Z',
  finishedAt: '2026-03-01T12:00:01.500Z',
  checked: [
    { cluster: 'blue', controlPlane: 'team/louvre', kind: 'Hall', objects: 3, entities: 4 },
    { cluster: 'blue', kind: 'Museum', objects: 1, entities: 1 },
  ],
  findings: [],
  counts: { missing: 0, different: 0, orphaned: 0, stuck: 0 },
  countsByKind: {},
  problems: [],
  konnectCalls: 2,
  events: 0,
};

function finding(more: Partial<Finding>): Finding {
  const object = { cluster: 'blue', controlPlane: 'team/louvre', kind: 'Hall', namespace: 'team', name: 'east' };
  return { class: 'missing', ...object, message: 'Konnect has it no more', policy: 'repair', sent: false, ...more };
}

describe('a drift report as a text', () => {
  it('says how much was looked at where nothing differs', () => {
    expect(driftText(nothing)).toBe(
      [
        'Drift check run-1 (report), 2026-03-01T12:00:00.000Z, 1.5 s',
        '',
        'Looked at 4 objects and 5 entities with 2 calls to Konnect.',
        'Nothing differs.',
      ].join('\n'),
    );
  });

  it('tells what was found by control plane and kind, field by field, and what was done about it', () => {
    const fields = [
      { path: 'host', ours: 'a.internal', theirs: 'b.internal' },
      { path: 'tags', ours: ['one'], theirs: undefined },
    ];
    const report: DriftReport = {
      ...nothing,
      mode: 'repair',
      findings: [
        finding({ class: 'different', id: 'e-1', fields, message: '2 fields differ', sent: true }),
        finding({ kind: 'Room', name: 'blue', policy: 'report' }),
        finding({
          class: 'orphaned',
          cluster: 'green',
          controlPlane: 'team/prado',
          name: 'west',
          message: 'no object',
        }),
        finding({ class: 'stuck', kind: 'Museum', name: 'louvre', message: 'not programmed for 2 h' }),
      ],
      counts: { missing: 1, different: 1, orphaned: 3, stuck: 1 },
      countsByKind: {},
      problems: [{ cluster: 'red', message: 'the cluster red is not registered' }],
      events: 1,
    };

    expect(driftText(report)).toBe(
      [
        'Drift check run-1 (repair), 2026-03-01T12:00:00.000Z, 1.5 s',
        '',
        'cluster blue, control plane team/louvre',
        '  Hall',
        '    different  team/east (e-1): 2 fields differ; an event was sent to repair it',
        '      host: the object says "a.internal", Konnect has "b.internal"',
        '      tags: the object says ["one"], Konnect has nothing',
        '  Room',
        '    missing    team/blue: Konnect has it no more; left as it is, as its annotation says (report)',
        '  Museum',
        '    stuck      team/louvre: not programmed for 2 h; no event was sent',
        '',
        'cluster green, control plane team/prado',
        '  Hall',
        '    orphaned   team/west: no object; no event was sent',
        '',
        '… and 2 more that the report does not hold',
        '',
        'Not checked:',
        '  cluster red: the cluster red is not registered',
        '',
        'Looked at 4 objects and 5 entities with 2 calls to Konnect.',
        'Found 6: 1 missing, 1 different, 3 orphaned, 1 stuck. Events sent: 1.',
        'Could not check: 1.',
      ].join('\n'),
    );
  });

  it('cuts long values, and nothing in it moves a terminal', () => {
    const fields = [{ path: 'config', ours: 'x'.repeat(500), theirs: '\u001b[2J' }];
    const text = driftText({ ...nothing, findings: [finding({ fields, name: 'a\u001b[31m' })] });

    expect(text).toContain(`"${'x'.repeat(118)}…, Konnect has `);
    expect(text).not.toContain('\u001b');
  });
});
