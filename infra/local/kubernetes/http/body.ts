import type { IncomingMessage } from 'node:http';
import { parseDocument } from 'yaml';
import { isObject, type Json } from '../json.ts';
import { ApiError, badRequest, tooLarge } from '../status.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import type { BodyFormat } from './negotiation.ts';

const limit = 3 * 1024 * 1024;

/** A decoded body and what a strict decoder complains about, for example `duplicate field "spec.x"`. */
export interface Body {
  readonly value: Json;
  readonly text: string;
  readonly complaints: readonly string[];
}

/** Reads a request body of at most 3 MiB; throws 413 beyond that. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Decodes a body; text that is neither JSON nor YAML throws a SyntaxError. */
export function decodeBody(text: string, format: BodyFormat): Body {
  if (format === 'json') {
    const value: unknown = JSON.parse(text);
    if (!isJson(value)) throw new SyntaxError('not JSON');
    return { value, text, complaints: duplicateKeys(text).map((path) => `duplicate field "${path}"`) };
  }
  const document = parseDocument(text, { uniqueKeys: false, merge: true });
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
    throw new SyntaxError('json: cannot unmarshal into a map');
  } catch (error) {
    if (!(error instanceof SyntaxError) || error instanceof ApiError) throw error;
    const shown = text.length > 30 ? `${text.slice(0, 30)} ...` : text || '<empty>';
    const summary =
      text.startsWith('{') || text === '' ? shown : `${Buffer.from(text.slice(0, 30)).toString('hex')} ...`;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${error.message} (${summary})`);
  }
}
