import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Sensitive } from '../sensitive.ts';
import { createStoredCredentials } from './credentials.ts';

export const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
/** What no error may tell. */
export const secretText = 'hunter2-secret';

/** Credentials from a text; a test lets time pass, and sees how often the text was loaded and AWS asked for keys. */
export function credentialsOf(text: string | (() => string), { directory }: { directory?: string } = {}) {
  const state = {
    now: new Date('2026-01-01T00:00:00Z'),
    loads: 0,
    signed: 0,
    keysExpire: undefined as Date | undefined,
  };
  const credentials = createStoredCredentials({
    load: async () => {
      state.loads += 1;
      return new Sensitive(typeof text === 'string' ? text : text());
    },
    aws: async () => {
      state.signed += 1;
      const expiration = state.keysExpire === undefined ? {} : { expiration: state.keysExpire };
      return { accessKeyId: 'AKID', secretAccessKey: new Sensitive('key'), ...expiration };
    },
    clock: { now: () => state.now },
    ...(directory === undefined ? {} : { directory }),
  });
  const pass = (seconds: number) => {
    state.now = new Date(state.now.getTime() + seconds * 1000);
  };
  return { credentials, state, pass };
}

/** A folder that is removed when the test is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
