import 'reflect-metadata'; // @peculiar/x509 registers its parsers with it
import { X509Certificate } from '@peculiar/x509';
import { json, Refusal } from '../answer.ts';
import { type Body, compile, fieldName, isBody, type Violation } from '../schema.ts';

/** A certificate as a client sends it. */
export interface NewCertificate {
  readonly cert: string;
  readonly title?: string;
}

const check = compile({
  type: 'object',
  additionalProperties: false,
  required: ['cert'],
  properties: { cert: { type: 'string', minLength: 1 }, title: { type: 'string' } },
});

/** The body of POST and PUT: exactly one PEM certificate that parses; a CA will do, and so will an expired one. */
export function parseCertificate(body: unknown): NewCertificate {
  if (!isBody(body)) throw refuse('invalid request body');
  const [first] = check(body);
  if (first !== undefined) throw refuse(describe(first));
  const { cert, title } = body as Body & NewCertificate;
  checkPem(cert);
  return { cert, ...(title !== undefined && { title }) };
}

function checkPem(cert: string): void {
  const blocks = cert.match(/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?-----END [A-Z0-9 ]+-----/g) ?? [];
  const [pem] = blocks;
  if (blocks.length !== 1 || !pem?.startsWith('-----BEGIN CERTIFICATE-----')) {
    throw refuse('cert: must be exactly one PEM encoded certificate');
  }
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw refuse('cert: failed to parse certificate', cause);
  }
}

function describe({ keyword, path, type }: Violation): string {
  const field = fieldName(path);
  if (keyword === 'required') return `missing properties: '${field}'`;
  if (keyword === 'additionalProperties') return `unknown field "${field}"`;
  return keyword === 'type' ? `${field}: must be of type ${type}` : `${field}: must not be empty`;
}

function refuse(message: string, cause?: unknown): Refusal {
  const refusal = new Refusal({ status: 400, contentType: json, body: { code: 3, message } });
  refusal.cause = cause;
  return refusal;
}
