import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from './aws-json.ts';
import { signingKey } from './aws-signing-key.ts';

/** The key pair that requests must be signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** One, or one of several. */
export type KeyPairs = Credentials | readonly Credentials[];

export interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Path and query as they were sent; `/` where absent. */
  readonly url?: string;
}

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const MAX_SKEW_MS = 5 * 60 * 1000;

/**
 * Checks the Signature Version 4 of a POST to `service` in `region`, and returns the access key id.
 * Structure, credential scope, signed headers and age are always checked; the signature itself when `credentials` (one
 * key pair, or several) are given. Throws the `ServiceError` that AWS answers with. Rules: the AWS reference of Signature Version 4.
 */
export function verifySignature(
  request: SignedRequest,
  expected: { readonly service: string; readonly region: string; readonly credentials: KeyPairs | undefined },
): string {
  const authorization = parseAuthorization(request.headers.authorization);
  const timestamp = header(request, 'x-amz-date');
  checkScope(authorization, timestamp, expected);
  checkSignedHeaders(authorization, request);
  checkAge(timestamp);
  if (expected.credentials) checkAgainst([expected.credentials].flat(), authorization, request, timestamp);
  return authorization.accessKeyId;
}

function parseAuthorization(value: string | undefined): Authorization {
  if (!value) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const incomplete = (what: string) =>
    new ServiceError('IncompleteSignatureException', `Authorization header requires '${what}' parameter.`);
  if (!value.startsWith('AWS4-HMAC-SHA256 ')) throw incomplete('AWS4-HMAC-SHA256');
  const fields = new Map(
    value
      .slice('AWS4-HMAC-SHA256 '.length)
      .split(',')
      .map((part) => {
        const [key = '', ...rest] = part.trim().split('=');
        return [key, rest.join('=')];
      }),
  );
  const [credential, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) => {
    const found = fields.get(name);
    if (!found) throw incomplete(name);
    return found;
  });
  const scope = /^([\w]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request$/.exec(credential ?? '');
  if (!scope) {
    throw new ServiceError('IncompleteSignatureException', 'Credential must have exactly 5 slash-delimited elements.');
  }
  const [, accessKeyId = '', date = '', region = '', service = ''] = scope;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: (signedHeaders ?? '').split(';'),
    signature: signature ?? '',
  };
}

function checkScope(
  authorization: Authorization,
  timestamp: string,
  expected: { readonly service: string; readonly region: string },
): void {
  const invalid = (message: string) => new ServiceError('InvalidSignatureException', message);
  if (authorization.service !== expected.service) {
    throw invalid(`Credential should be scoped to correct service: '${expected.service}'.`);
  }
  if (authorization.region !== expected.region) {
    throw invalid(`Credential should be scoped to a valid region, not '${authorization.region}'.`);
  }
  if (!timestamp.startsWith(authorization.date)) {
    throw invalid('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP');
  }
}

function checkSignedHeaders(authorization: Authorization, request: SignedRequest): void {
  const present = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const unsigned = present.filter((name) => !authorization.signedHeaders.includes(name));
  if (unsigned.length > 0) {
    throw new ServiceError(
      'InvalidSignatureException',
      `'${unsigned.join(', ')}' must be a 'SignedHeader' in the AWS Authorization.`,
    );
  }
}

function checkAge(timestamp: string): void {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  const signedAt = parts ? Date.UTC(+(parts[1] ?? 0), +(parts[2] ?? 0) - 1, +(parts[3] ?? 0), ...clockOf(parts)) : NaN;
  // Compared with the machine's clock, as the SDK signs with it, never with the clock that tests move.
  if (!(Math.abs(Date.now() - signedAt) <= MAX_SKEW_MS)) {
    throw new ServiceError('InvalidSignatureException', `Signature expired: ${timestamp} is not within 5 min. of now.`);
  }
}

function clockOf(parts: RegExpExecArray): [number, number, number] {
  return [+(parts[4] ?? 0), +(parts[5] ?? 0), +(parts[6] ?? 0)];
}

function checkAgainst(
  known: readonly Credentials[],
  authorization: Authorization,
  request: SignedRequest,
  timestamp: string,
): void {
  const credentials = known.find(({ accessKeyId }) => accessKeyId === authorization.accessKeyId);
  if (credentials === undefined || request.headers['x-amz-security-token'] !== credentials.sessionToken) {
    throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const expected = Buffer.from(signatureOf(credentials, authorization, request, timestamp));
  const given = Buffer.from(authorization.signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
    throw new ServiceError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. ' +
        'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
}

function signatureOf(
  credentials: Credentials,
  { date, region, service, signedHeaders }: Authorization,
  request: SignedRequest,
  timestamp: string,
): string {
  const canonical = [
    'POST',
    ...canonicalUrl(request.url ?? '/'),
    ...signedHeaders.map((name) => `${name}:${header(request, name).trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n');
  const key = signingKey(credentials.secretAccessKey, scope);
  return createHmac('sha256', key).update(toSign).digest('hex');
}

/** Path and query as both sides sign them: what is encoded in a path is encoded once more, and parameters are sorted. */
function canonicalUrl(url: string): [string, string] {
  const [path = '', query = ''] = url.split('?', 2);
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return [path.split('/').map(encoded).join('/'), parameters.sort().join('&')];
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function header(request: SignedRequest, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
