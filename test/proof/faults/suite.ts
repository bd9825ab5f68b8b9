import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Kind } from '../../../lib/kinds/define.ts';
import { type ApiServerUnderTest, startApiServer } from '../../api-server.ts';
import { note } from '../figures.ts';
import { choiceOf } from './choice.ts';
import { tryKind } from './matrix.ts';

const user = 'functions';

/** Without these the matrix of a kind would be smaller than it is taken for. */
function operationsOf({ resource, lane }: Kind): readonly string[] {
  const isFixed = resource.kind === 'KongDataPlaneClientCertificate';
  const hasCertificate = isFixed || lane === 'extension';
  return [
    'create',
    ...(isFixed ? [] : ['update']),
    'delete',
    lane === 'auth' ? 'change-token' : 'take-over',
    ...(hasCertificate ? ['rotate-certificate'] : []),
  ];
}

/** Tries the matrix of faults for some kinds, and notes how many points there are, were tried and survived. */
export function faultsOf(which: string, kinds: readonly Kind[]): void {
  const choice = choiceOf(process.env);
  const total = { points: 0, tried: 0, netted: 0, failed: 0 };
  let server: ApiServerUnderTest;

  beforeAll(async () => {
    server = await startApiServer({ users: [{ name: user, groups: ['system:masters'], token: user }] });
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    note(
      { what: `faults, ${which}: points`, value: total.points, unit: 'count' },
      { what: `faults, ${which}: points tried`, value: total.tried, unit: 'count' },
      { what: `faults, ${which}: points that a drift check makes good`, value: total.netted, unit: 'count' },
      { what: `faults, ${which}: points not survived`, value: total.failed, unit: 'count', bar: 0 },
    );
  });

  it.each(kinds.map((kind) => ({ name: kind.resource.kind, kind })))(
    '$name',
    { timeout: choice.patienceMs },
    async ({ kind }) => {
      if (server.kubernetes === undefined) throw new Error('a real API server makes no faults: try it without one');
      const { points, operations, tried, netted, failures } = await tryKind(
        server.kubernetes,
        kind,
        user,
        choice.isChosen,
      );
      total.points += points;
      total.tried += tried;
      total.netted += netted;
      total.failed += failures.length;
      const again = `try one alone with PROOF_POINT, or all of these with PROOF_SEED=${choice.seed}`;
      expect(failures.join('\n'), `${tried} of ${points} points; ${again}`).toBe('');
      expect([...operations], 'operations with calls').toEqual(expect.arrayContaining([...operationsOf(kind)]));
      if (choice.only === undefined) expect(tried).toBeGreaterThan(0);
      if (choice.only?.startsWith(`${kind.resource.kind}/`)) expect(tried, `points named ${choice.only}`).toBe(1);
    },
  );
}
