import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Terminal } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import { isUnwieldy } from '../unwieldy.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What has to be text, of each part: YAML makes numbers and dates of what has no quotes. */
const texts: Readonly<Record<string, readonly string[]>> = {
  clusters: ['server', 'certificate-authority', 'certificate-authority-data', 'tls-server-name', 'proxy-url'],
  users: [
    'token',
    'token-file',
    'as',
    'client-certificate',
    'client-certificate-data',
    'client-key',
    'client-key-data',
    'username',
    'password',
  ],
  contexts: ['cluster', 'user', 'namespace'],
};
/** What goes into a header. */
const inHeaders = ['token', 'as'];
/** A name that is longer may be the content of the file. */
const longestFileName = 100;

/**
 * Reads the text of a kubeconfig; only what has the right types is in the result, which is JSON. A file that holds a token
 * is read here, since the package that reads kubeconfigs would read any.
 * @throws {Terminal} naming the field to change; never quotes the text.
 */
export function plainKubeconfig(
  text: string,
  { load, file }: { readonly load: (yaml: string) => unknown; readonly file: (name: string, field: string) => string },
): string {
  const document = parsed(text, load);
  const parts = Object.keys(texts).map((part) => [
    part,
    entriesOf(document, part).map((entry, index) => plain(part, index, entry, file)),
  ]);
  const current = document['current-context'] ?? undefined;
  if (current !== undefined && typeof current !== 'string')
    throw refused('current-context is no text: put it in quotes');
  return JSON.stringify({ ...Object.fromEntries(parts), 'current-context': current });
}

function parsed(text: string, load: (yaml: string) => unknown): Fields {
  let document: unknown;
  try {
    document = load(text);
  } catch {
    // The parser's message quotes the lines around the fault, and those may hold a token: it must not become the cause.
  }
  if (isRecord(document) && !isUnwieldy(document)) return document;
  throw refused('it is not a valid kubeconfig; check it with `kubectl --kubeconfig <file> config view`');
}

function entriesOf(document: Fields, part: string): readonly unknown[] {
  const entries = document[part] ?? [];
  if (Array.isArray(entries)) return entries;
  throw refused(`${part} is no list`);
}

function plain(part: string, index: number, entry: unknown, file: (name: string, field: string) => string): Fields {
  const singular = part.slice(0, -1);
  const where = `${part}[${index}]`;
  const name = isRecord(entry) ? entry['name'] : undefined;
  const fields = isRecord(entry) ? (entry[singular] ?? {}) : undefined;
  if (typeof name !== 'string' || !isRecord(fields)) throw refused(`${where} has no name, or no ${singular}`);
  for (const field of texts[part] ?? []) {
    const value = fields[field] ?? '';
    if (typeof value !== 'string') throw refused(`${where}.${singular}.${field} is no text: put it in quotes`);
    if (inHeaders.includes(field) && /[^\x20-\x7e]/.test(value.trim()))
      throw refused(`${where}.${singular}.${field} has characters that no header may have; correct it`);
  }
  const { 'token-file': tokenFile, ...others } = fields;
  const isInFile = part === 'users' && typeof tokenFile === 'string' && tokenFile !== '' && !fields['token'];
  return { name, [singular]: isInFile ? { ...others, token: file(tokenFile, 'token-file') } : others };
}

/** Reads a file that a kubeconfig names; without a directory there are no files. */
export function readNamed(name: string, field: string, directory: string | undefined): string {
  const isName = name.length <= longestFileName && !/\p{Cc}/u.test(name);
  const what = isName ? `the file "${name}"` : 'a file by what is no name of one';
  if (directory === undefined)
    throw refused(`${field} names ${what}, which is not here; embed it (kubectl config view --raw --flatten)`);
  try {
    return readFileSync(resolve(directory, name), 'utf8');
  } catch {
    // What Node says quotes the name, whatever that is.
    throw refused(`${field} names ${what}, which can not be read; correct it`);
  }
}

export function refused(why: string): Terminal {
  return new Terminal(`kubeconfig refused: ${why}`);
}
