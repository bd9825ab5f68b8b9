import { equal, match, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { KonnectError } from '../../lib/engine/errors.ts';
import { verdictOf } from '../../lib/engine/verdict.ts';
import { longestWaitSeconds } from '../../lib/events/backoff.ts';
import { createKonnect } from '../../lib/konnect/client.ts';
import { Sensitive } from '../../lib/sensitive.ts';
import { type Answer, answer, secret, token } from './answer.ts';
import { mostOfOne, mostSent, reply } from './answer-bytes.ts';
import { listen } from './listener.ts';

/*
 * A Konnect that answers with any bytes: each call ends, with content or with an error that knows its verdict; nothing of the
 * token or of a secret that was sent comes back in a message, no redirect is followed, and no more is read than is held.
 */

/** @returns how many answers were given. */
export async function answers(runs: number, seed: number): Promise<number> {
  await using elsewhere = await listen(() => undefined);
  let next: Answer | undefined;
  const sent = { bytes: 0, pages: 0 };
  const heads: string[] = [];
  await using server = await listen((socket, head) => {
    heads.push(head);
    if (next !== undefined) reply(socket, head, next, elsewhere.port, sent);
  });
  const property = fc.asyncProperty(answer, async (one) => {
    next = one;
    sent.bytes = 0;
    sent.pages = 0;
    await asked(server.port, one);
    ok(sent.bytes < (one.call === 'list' ? mostSent : mostOfOne), `${sent.bytes} bytes were taken`);
    const asking = heads.splice(0).filter((head) => /^accept-encoding:/im.test(head));
    equal(asking.length, 0, 'compressed content was asked for');
    ok(sent.pages <= 1001, `${sent.pages} pages were asked for`);
    equal(elsewhere.connections(), 0, 'a redirect was followed');
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
  return runs;
}

async function asked(port: number, one: Answer): Promise<void> {
  const logged: unknown[] = [];
  const write = (message: string, fields?: object) => void logged.push({ message, ...fields });
  const konnect = createKonnect({
    allowedHosts: [],
    clock: { now: () => new Date('2026-03-01T12:00:00Z') },
    log: { debug: write, info: write, warn: write, error: write },
    userAgent: 'test',
    endpointURL: `http://127.0.0.1:${port}`,
    timeoutMs: 300,
  });
  const account = { token: new Sensitive(token), serverURL: 'https://us.api.konghq.com', organizationId: 'o' };
  const path = '/v2/control-planes/c/core-entities/certificates';
  try {
    if (one.call === 'list') for await (const _ of konnect.list(account, { path })) void _;
    else
      await konnect.call(account, {
        method: one.call,
        path: `${path}/i`,
        ...(one.call === 'PUT' ? { body: { key: secret } } : {}),
      });
  } catch (error) {
    ok(
      error instanceof KonnectError,
      `not an error of this client: ${error instanceof Error ? error.stack : String(error)}`,
    );
    const { is } = verdictOf(error);
    ok(is === 'retry' || is === 'terminal', is);
    ok(Buffer.byteLength(error.message) <= 1024 && error.message !== '', 'the message is empty or too long');
    const { retryAfterSeconds: seconds } = error;
    ok(
      seconds === undefined || (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestWaitSeconds),
      `Retry-After: ${seconds}`,
    );
    for (const text of [error.message, String(error.traceId)]) refuseCanary(text, one);
    match(error.message, /^[^\p{Cc}]*$/u);
  } finally {
    await konnect.close();
  }
  refuseCanary(JSON.stringify(logged), one);
}

/** What was not sent can not be known for a secret. */
function refuseCanary(text: string, { call }: Answer): void {
  const secrets = [token, Buffer.from(token).toString('base64'), ...(call === 'PUT' ? [secret] : [])];
  const leaks = secrets.filter((one) => text.includes(one));
  equal(leaks.length, 0, `a secret came back: ${text.slice(0, 300)}`);
}
