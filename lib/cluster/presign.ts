import { createHash, createHmac } from 'node:crypto';
import type { Sensitive } from '../sensitive.ts';

/** What signs an AWS request: a role's or user's keys, with a session token where they are temporary. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Sensitive;
  readonly sessionToken?: Sensitive;
  /** When temporary keys stop working. */
  readonly expiration?: Date;
}

export interface Presigned {
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Signed headers beside `host`, names in lower case. The receiver must send them as signed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly service: string;
  readonly region: string;
  readonly expiresSeconds: number;
  /** SHA-256 of the body in hex, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/**
 * Signs a GET request into its URL (AWS Signature Version 4, query string form), without calling anybody.
 * The URL is a credential until it expires. Rules: docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function presign(request: Presigned, keys: AwsKeys, now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [time.slice(0, 8), request.region, request.service, 'aws4_request'];
  const headers = { host: request.host, ...request.headers };
  const names = Object.keys(headers).sort();
  const query = canonicalQuery({
    ...request.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': [keys.accessKeyId, ...scope].join('/'),
    'X-Amz-Date': time,
    'X-Amz-Expires': String(request.expiresSeconds),
    ...(keys.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': keys.sessionToken.reveal() }),
    'X-Amz-SignedHeaders': names.join(';'),
  });
  const headerLines = Object.entries(headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`);
  const canonical = ['GET', request.path, query, headerLines.join(''), names.join(';'), request.payloadHash].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n');
  const signature = createHmac('sha256', signingKey(keys, scope)).update(toSign).digest('hex');
  return `https://${request.host}${request.path}?${query}&X-Amz-Signature=${signature}`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function signingKey(keys: AwsKeys, scope: readonly string[]): Buffer {
  return scope.reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${keys.secretAccessKey.reveal()}`),
  );
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

// AWS encodes everything but A-Z a-z 0-9 - . _ ~ ; encodeURIComponent leaves five more characters alone.
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
