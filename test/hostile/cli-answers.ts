/* Right answers of the functions, for the suite to spoil. */

const place = { cluster: 'blue', controlPlane: 'team/gateway' };
const counts = { missing: 0, different: 1, orphaned: 0, stuck: 0 };
const moments = { startedAt: '2026-03-01T12:00:00.000Z', finishedAt: '2026-03-01T12:00:01.000Z' };
const finding = {
  ...place,
  class: 'different',
  kind: 'KongService',
  namespace: 'team',
  name: 'orders',
  id: '0000',
  fields: [{ path: 'host', ours: 'a', theirs: 'b' }],
  message: 'Konnect has it otherwise: host',
  policy: 'report',
  sent: false,
};

export const rightAnswers = {
  replay: {
    run: 'run-1',
    dryRun: true,
    events: { entity: 1 },
    objects: [{ cluster: 'blue', kind: 'KongService', namespace: 'team', name: 'orders' }],
    problems: ['cluster red was not replayed'],
  },
  drift: {
    run: 'run-1',
    queued: 0,
    report: {
      run: 'run-1',
      mode: 'report',
      ...moments,
      checked: [{ ...place, kind: 'KongService', objects: 1, entities: 1 }],
      findings: [finding],
      counts,
      countsByKind: { KongService: counts },
      problems: [{ ...place, kind: 'KongRoute', message: 'could not be read' }],
      konnectCalls: 3,
      events: 0,
    },
  },
} as const;
