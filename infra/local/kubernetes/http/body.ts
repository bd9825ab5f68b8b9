import type { IncomingMessage } from 'node:http';
import { parseDocument } from 'yaml';
import { isObject, type Json } from '../json.ts';
import { goTypeOf } from '../meta/decode.ts';
import { type ApiError, badRequest, tooLarge } from '../status.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { parseJson } from './go-json.ts';
import type { BodyFormat } from './negotiation.ts';

const limit = 3 * 1024 * 1024;

/** A decoded body and what a strict decoder complains about, for example `duplicate field "spec.x"`. */
export interface Body {
  readonly value: Json;
  readonly text: string;
  readonly complaints: readonly string[];
}

/** Reads a request body of at most 3 MiB; throws 413 beyond that. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) return Buffer.alloc(0); // HTTP: then there is none
  const chunks: Buffer[] = [];
  let size = 0;
  // By events: to iterate over the stream would take an eighth of all this server's time where thousands of objects change.
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(tooLarge(limit));
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

/** Decodes a body; text that is neither JSON nor YAML throws a SyntaxError. */
export function decodeBody(text: string, format: BodyFormat): Body {
  if (format === 'json') {
    const value = parseJson(text);
    if (!isJson(value)) throw new SyntaxError('not JSON');
    return { value, text, complaints: duplicateKeys(text).map((path) => `duplicate field "${path}"`) };
  }
  // YAML 1.1, as Kubernetes reads it: a bare y is true. Times stay text, as in JSON.
  const document = parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !tag.tag.endsWith(':timestamp')),
  });
  const [problem] = document.errors;
  if (problem !== undefined) throw new SyntaxError(problem.message);
  const value: unknown = document.toJS();
  // Through JSON, so that times and the like become what a JSON body would hold.
  const plain: unknown = JSON.parse(JSON.stringify(value ?? null));
  if (!isJson(plain)) throw new SyntaxError('not JSON');
  return { value: plain, text, complaints: [] };
}

// What JSON.parse returns is JSON by definition; the check is for the type only.
function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== 'function';
}

/** A body that must be an object of a kind; throws 400 in the words of the real server. */
export function decodeObjectBody(text: string, format: BodyFormat, kind: string): Body {
  try {
    const body = decodeBody(text, format);
    if (isObject(body.value)) return body;
    throw new SyntaxError(`json: cannot unmarshal ${goTypeOf(body.value)} into Go value of type ${typeMeta}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unrecognized(kind, `couldn't get version/kind; json parse error: ${error.message}`, text);
  }
}

const typeMeta = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

/** 400 for a body that is no object of a kind; the text ends with the start of the body. */
export function unrecognized(kind: string, why: string, text: string): ApiError {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(text)})`);
}

function summary(text: string): string {
  if (text === '') return '<empty>';
  const limit = 30;
  const start = text.slice(0, limit);
  const shown = text.startsWith('{') ? start : Buffer.from(start).toString('hex');
  return text.length > limit ? `${shown} ...` : shown;
}
