import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { KonnectError } from '../engine/errors.ts';
import type { Account, KonnectCall } from '../engine/ports.ts';
import { Sensitive } from '../sensitive.ts';
import { type CallReport, createKonnect, type KonnectClient, type KonnectOptions } from './client.ts';

export const canary = 'kpat_canary0123456789';
export const account: Account = {
  token: new Sensitive(canary),
  serverURL: 'https://us.api.konghq.com',
  organizationId: 'org-1',
};
export const get: KonnectCall = { method: 'GET', path: '/v2/control-planes' };

/** A client whose clock a test moves, with all that it logs and reports. */
export interface Rig extends AsyncDisposable {
  readonly konnect: KonnectClient;
  readonly logged: readonly unknown[];
  readonly reports: readonly CallReport[];
  /** Moves the clock of the client. */
  later(seconds: number): void;
}

export function client(options: Partial<KonnectOptions> = {}): Rig {
  let now = Date.parse('2026-08-01T10:00:00Z');
  const logged: unknown[] = [];
  const reports: CallReport[] = [];
  const write = (message: string, fields?: object): void => void logged.push({ message, ...fields });
  const konnect = createKonnect({
    allowedHosts: [],
    clock: { now: () => new Date(now) },
    log: { debug: write, info: write, warn: write, error: write },
    userAgent: 'konnect-reconciler/test',
    onCall: (report) => void reports.push(report),
    ...options,
  });
  return {
    konnect,
    logged,
    reports,
    later(seconds) {
      now += seconds * 1000;
    },
    [Symbol.asyncDispose]: () => konnect.close(),
  };
}

/** The error of the call, which must fail, after a look through all of it for the token. */
export async function failureOf(work: Promise<unknown>): Promise<KonnectError> {
  const error = await work.then(
    () => assert.fail('the call must fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof KonnectError, inspect(error));
  assert.doesNotMatch(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }), /canary/);
  return error;
}
