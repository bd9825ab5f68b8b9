import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { isRecord } from '../../lib/engine/objects.ts';

/* Texts of which fields consist, each of any form that Konnect takes. */

type Fields = Readonly<Record<string, unknown>>;

export const word = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/);
export const words = listOf(word);
export const name = fc.stringMatching(/^[0-9a-zA-Z][0-9a-zA-Z.\-_~]{0,20}$/);
export const path = fc.stringMatching(/^(\/[a-z0-9\-._~%]{1,8}){1,4}\/?$/);
export const host = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){0,2}\.[a-z]{2,5}$/),
  fc.ipV4(),
  word.map((label) => `${label}.svc.cluster.local`),
);
export const wildcard = fc.oneof(
  host,
  word.map((label) => `*.${label}.com`),
  word.map((label) => `${label}.*`),
);
export const ip = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((address) => `${address}/24`),
);
export const port = fc.integer({ min: 1, max: 65_535 });
export const header = fc.stringMatching(/^[a-z]{2,10}(-[a-z]{1,5})?$/).filter((text) => text !== 'host');

/** Any characters but those that Konnect gives a meaning of their own. */
export const tag = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map((text) => text.replaceAll(/[,/\p{Cc}]/gu, '-'))
  .filter((text) => text.trim() !== '' && text.isWellFormed());
export const tags = fc.uniqueArray(tag, { maxLength: 20 });

export function listOf(item: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  return fc.uniqueArray(item, { minLength: 1, maxLength: 5 });
}

/** PEM as editors, templates and Windows leave it. */
export function anyPem(pem: string): fc.Arbitrary<string> {
  return fc.constantFrom(pem, pem.trim(), `${pem}\n\n`, pem.replaceAll('\n', '\r\n'), `\n${pem}`, `${pem.trim()}\r\n`);
}

/** The spec of a kind's example, or its fields where it has no spec. */
export function exampleSpec(folder: string, kind: string, index = 0): Fields {
  const file = join(import.meta.dirname, '..', '..', 'lib', 'kinds', folder, 'example.yaml');
  const all = parseAllDocuments(readFileSync(file, 'utf8')).map((document): unknown => document.toJS());
  const found = all.filter((one) => isRecord(one) && one['kind'] === kind)[index];
  if (!isRecord(found)) throw new Error(`${folder} has no example ${index} of ${kind}`);
  return isRecord(found['spec']) ? found['spec'] : found;
}

/** A value of a field that is nested in the example, as text. */
export function textOf(fields: Fields, ...steps: readonly string[]): string {
  const found = steps.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), fields);
  if (typeof found !== 'string') throw new Error(`no text at ${steps.join('.')}`);
  return found;
}
