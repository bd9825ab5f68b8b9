import 'reflect-metadata'; // @peculiar/x509 registers its parsers with it
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';
import { type Dispatcher, request } from 'undici';
import { isBody } from './schema.ts';
import { type KonnectOptions, type LocalKonnect, startKonnect } from './server.ts';

export const organization = { id: '0a6bb5b8-3b5c-4d0c-9d54-8f3c1b3f0a01', name: 'Example' };
export const adminToken = 'kpat_admin';
export const systemToken = 'spat_system';

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON; a body that is none stays text, an empty one is undefined. */
  readonly body: unknown;
}

export interface Ask {
  readonly body?: unknown;
  /** Sent as it is, with no content type of its own. */
  readonly text?: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Client = (method: Dispatcher.HttpMethod, path: string, ask?: Ask) => Promise<Reply>;

/** An emulator with one organization, and a client that speaks plain HTTP to it as its administrator. */
export async function start(options: KonnectOptions = {}): Promise<{ konnect: LocalKonnect; call: Client }> {
  const organizations = [{ ...organization, tokens: [adminToken, systemToken] }];
  const konnect = await startKonnect({ organizations, ...options });
  return { konnect, call: clientOf(konnect.url) };
}

export function clientOf(url: string): Client {
  return async (method, path, ask = {}) => {
    const token = 'token' in ask ? ask.token : adminToken;
    const text = ask.text ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(ask.body !== undefined && { 'content-type': 'application/json' }),
      ...ask.headers,
    };
    const response = await request(`${url}${path}`, { method, headers, ...(text !== undefined && { body: text }) });
    const type = String(response.headers['content-type'] ?? '').split(';')[0] ?? '';
    return { status: response.statusCode, type, headers: response.headers, body: parse(await response.body.text()) };
  };
}

/** A property somewhere inside an answer, by its path; undefined when there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (typeof step === 'number') return Array.isArray(inner) ? inner[step] : undefined;
    return isBody(inner) ? inner[step] : undefined;
  }, value);
}

/** The id in an answer; fails when the answer has none, which says more than a wrong path later. */
export function idIn({ status, body }: Reply, ...path: readonly string[]): string {
  const id = at(body, ...path, 'id');
  if (typeof id !== 'string') throw new Error(`No id in the answer ${status}: ${JSON.stringify(body)}`);
  return id;
}

/** A self-signed certificate in PEM, fresh for every call. */
export async function pemCertificate(): Promise<string> {
  return (await keyPair()).cert;
}

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
  readonly publicKey: string;
}

interface KeyPairOptions {
  readonly type?: 'EC' | 'RSA';
  readonly ca?: true;
  readonly notAfter?: Date;
}

/** A key with a self-signed certificate for it, all in PEM; that of a CA, or expired, if asked. */
export async function keyPair({ type = 'EC', ca, notAfter }: KeyPairOptions = {}): Promise<KeyPair> {
  const algorithm = type === 'EC' ? ecdsa : rsa;
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=data-plane',
    keys,
    signingAlgorithm: algorithm,
    ...(ca && { extensions: [new BasicConstraintsExtension(true)] }),
    ...(notAfter && { notBefore: new Date(0), notAfter }),
  });
  const pem = async (key: (typeof keys)['privateKey'], format: 'pkcs8' | 'spki', label: string) => {
    const text = Buffer.from(await crypto.subtle.exportKey(format, key)).toString('base64');
    return `-----BEGIN ${label}-----\n${text.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;
  };
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: await pem(keys.privateKey, 'pkcs8', 'PRIVATE KEY'),
    publicKey: await pem(keys.publicKey, 'spki', 'PUBLIC KEY'),
  };
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
