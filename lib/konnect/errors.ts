import { KonnectError, type KonnectFailure } from '../engine/errors.ts';
import { type Complaint, type ErrorBody, readErrorBody } from './answer.ts';
import { redact } from './redact.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** An HTTP answer that is no success. Header names are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** The call that was answered, and what of it must not come back in a message. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly secrets?: readonly string[];
}

const longestMessageBytes = 1024;
const mostComplaints = 10;

/** What to do about it, where the answer alone does not say. */
const advice: Readonly<Partial<Record<KonnectFailure, string>>> = {
  unauthenticated: 'the auth configuration needs a valid token',
  forbidden: 'the role of the token, the quota of the organisation or the type of the control plane does not permit it',
  'unique-violation': 'choose another value, or remove the entity that has it',
  'missing-reference': 'what it refers to does not exist in Konnect, or not yet',
  'still-referenced': 'remove what refers to it first',
};

/**
 * The error that an answer means, by status and body, for every family of Konnect's APIs. The message is the same for
 * the same failure (no trace id), at most 1 KiB, and quotes none of the secrets that the call carried.
 */
export function toKonnectError(answer: Answer, asked: Asked, now: Date): KonnectError {
  const body = readErrorBody(answer.body);
  const failure = failureOf(answer.status, body, asked.method);
  return new KonnectError(messageOf(answer, body, failure, asked), {
    failure,
    status: answer.status,
    retryAfterSeconds: retryAfterSeconds(firstOf(answer.headers['retry-after']), now),
    traceId: traceIdOf(answer, body, asked),
  });
}

/** The text cut to 1 KiB of UTF-8, never inside a character. */
export function bounded(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= longestMessageBytes) return text;
  const ellipsis = '…';
  const kept = bytes.subarray(0, longestMessageBytes - Buffer.byteLength(ellipsis));
  return new TextDecoder().decode(kept, { stream: true }) + ellipsis;
}

// It goes to the log, and is the other side's text like any other.
function traceIdOf({ headers }: Answer, { traceId }: ErrorBody, { secrets = [] }: Asked): string | undefined {
  const id = traceId ?? firstOf(headers['x-kong-request-id']);
  return id === undefined ? undefined : redact(id, secrets);
}

function failureOf(status: number, body: ErrorBody, method: string): KonnectFailure {
  if (status === 401) return 'unauthenticated';
  if (status === 429) return 'rate-limited';
  // Before the other statuses: Konnect says "taken" with 400 and code 3, with 409, and with code 6 under either.
  return constraint(status, body, method) ?? byStatus(status) ?? byCode(body.code) ?? byText(body, method) ?? 'invalid';
}

function constraint(status: number, { code, complaints, text }: ErrorBody, method: string): KonnectFailure | undefined {
  if (status >= 500 || status === 403 || status === 404) return undefined;
  const said = [...complaints.map((complaint) => complaint.text), text ?? ''];
  if (said.some((line) => line.includes('(type: unique)')) || code === 6) return 'unique-violation';
  if (onlyReferences(complaints) || (complaints.length === 0 && text?.includes('(type: foreign)') === true)) {
    const used = method === 'DELETE' || said.some((line) => / references this value/.test(line));
    return used ? 'still-referenced' : 'missing-reference';
  }
  if (status !== 409) return undefined;
  return method === 'DELETE' ? 'still-referenced' : 'unique-violation';
}

// With a wrong field beside it, waiting for what is referred to would not help.
function onlyReferences(complaints: readonly Complaint[]): boolean {
  return (
    complaints.length > 0 &&
    complaints.every(({ rule, text }) => rule === 'missing_reference' || text.includes('(type: foreign)'))
  );
}

function byStatus(status: number): KonnectFailure | undefined {
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  // A redirect comes from something before the API, as do 408 and 425: nothing was done, and it may pass.
  if (status >= 500 || status < 400 || status === 408 || status === 425) return 'unavailable';
  return undefined;
}

function byCode(code: number | undefined): KonnectFailure | undefined {
  const failures: Readonly<Record<number, KonnectFailure>> = {
    5: 'not-found',
    7: 'forbidden',
    8: 'rate-limited',
    13: 'unavailable',
    14: 'unavailable',
    16: 'unauthenticated',
  };
  return code === undefined ? undefined : failures[code];
}

// A quota of control planes, and a network or store that is not empty yet, are told as bad requests with only a text.
function byText({ text, complaints }: ErrorBody, method: string): KonnectFailure | undefined {
  const said = [text ?? '', ...complaints.map((complaint) => complaint.text)].join('\n');
  if (/usage limits have been reached/i.test(said)) return 'forbidden';
  return method === 'DELETE' && /referenc|in use|removed before deletion/i.test(said) ? 'still-referenced' : undefined;
}

function messageOf(answer: Answer, body: ErrorBody, failure: KonnectFailure, asked: Asked): string {
  const told = body.text ?? (body.complaints.length > 0 ? undefined : unreadable(answer));
  const fields = body.complaints.map(({ field, text }) => (field === undefined ? text : `${field}: ${text}`)).sort();
  const more = fields.length > mostComplaints ? [`${fields.length - mostComplaints} more`] : [];
  const said = [told, ...new Set(fields.slice(0, mostComplaints)), ...more].filter((part) => part !== undefined);
  const advised = advice[failure];
  const head = `Konnect answered ${answer.status} to ${asked.method} ${asked.path}`;
  const tail = advised === undefined ? '' : ` (${advised})`;
  return bounded(`${head}${tail}: ${clean(said.join('; '), asked.secrets ?? [])}`);
}

function clean(text: string, secrets: readonly string[]): string {
  return redact(text, secrets)
    .replaceAll(/\b(kong|konnect):trace:\S+/g, '[trace]')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

function unreadable({ status, headers, body }: Answer): string {
  if (status >= 300 && status < 400) return 'a redirect, which is never followed; is the server URL that of the API?';
  if (body.trim() === '') return 'an empty body';
  return `a body that is no error of Konnect (${firstOf(headers['content-type'])?.slice(0, 64) ?? 'no content type'})`;
}

function firstOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
