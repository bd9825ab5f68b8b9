import { type FieldError, forbiddenField, invalidField, messageOf, notSupported } from '../field-errors.ts';
import { isObject } from '../json.ts';
import { badRequest, invalid } from '../status.ts';

/** The place where a paged list goes on; revision -1 means: as of now, consistent or not. */
export interface Continuation {
  readonly revision: number;
  readonly start: string;
}

const matches = ['Exact', 'NotOlderThan'];

/** The text of the error about a resourceVersion that is no number. */
export function versionError(text: string): string {
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  return messageOf(invalidField('resourceVersion', text, why));
}

/** A resourceVersion parameter: 0 when absent, undefined when it is no number. */
export function revisionOf(text: string | null): number | undefined {
  if (text === null || text === '') return 0;
  const number = Number(text);
  return Number.isSafeInteger(number) && /^\d+$/.test(text) ? number : undefined;
}

/** The limit of a list; 0 for none. */
export function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? '0';
  const limit = Number(text === '' ? 0 : text);
  if (!Number.isInteger(limit)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Math.max(0, limit);
}

/** An opaque continue token. */
export function writeToken({ revision, start }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

/** Reads a continue token; undefined without one, 400 for a text that is none. */
export function readToken(text: string | null): Continuation | undefined {
  if (text === null || text === '') return undefined;
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (isObject(token) && typeof token['rv'] === 'number' && typeof token['start'] === 'string') {
      return { revision: token['rv'], start: token['start'] };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw badRequest('invalid continue token: continue key is not valid: it was not made by this server');
}

/** Checks the combinations of list and watch options; throws 422 as the real server does. */
export function checkOptions(query: URLSearchParams, watching: boolean): void {
  const errors = optionErrors(query, watching);
  if (errors.length > 0) throw invalid('meta.k8s.io', 'ListOptions', '', errors);
}

function optionErrors(query: URLSearchParams, watching: boolean): readonly FieldError[] {
  const match = query.get('resourceVersionMatch') ?? '';
  const initial = query.get('sendInitialEvents');
  if (initial !== null && !watching) {
    return [forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list')];
  }
  if (initial !== null && match !== 'NotOlderThan') {
    const text = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    return [forbiddenField('resourceVersionMatch', text)];
  }
  if (match === '') return [];
  if (watching && initial === null) {
    const text = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
    return [forbiddenField('resourceVersionMatch', text)];
  }
  return matchErrors(match, query, initial !== null);
}

function matchErrors(match: string, query: URLSearchParams, initial: boolean): readonly FieldError[] {
  const version = query.get('resourceVersion') ?? '';
  const field = 'resourceVersionMatch';
  const forbidden = (wrong: boolean, text: string): readonly FieldError[] =>
    wrong ? [forbiddenField(field, text)] : [];
  return [
    ...forbidden(version === '' && !initial, 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
    ...forbidden(query.get('continue') !== null, 'resourceVersionMatch is forbidden when continue is provided'),
    ...(matches.includes(match) ? [] : [notSupported(field, match, [...matches, ''])]),
    ...forbidden(
      match === 'Exact' && version === '0',
      'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ),
  ];
}
