import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { applyAndWait } from '../../infra/local/demo/story.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { isRecord } from '../../lib/engine/objects.ts';
import { type Call, callsOf, forgetCalls } from './calls.ts';

const manifest = await readFile(join(import.meta.dirname, '../../infra/local/story.yaml'), 'utf8');

/** The documents of the story as they are applied. */
export const documents = parseAllDocuments(manifest).map((document) => {
  const value: unknown = document.toJS();
  if (!isRecord(value)) throw new Error('a document of infra/local/story.yaml is no object');
  return value;
});

export interface Telling {
  /** Of everybody, until the last object was seen to be done. */
  readonly calls: readonly Call[];
  /** From the first call of the apply to the arrival of the last status. */
  readonly milliseconds: number;
}

/** Applies the story, every name with the suffix, and waits until all its objects are done. */
export async function tellStory(stack: Stack, suffix: string): Promise<Telling> {
  forgetCalls(stack);
  const start = Date.now();
  await applyAndWait(stack, named(suffix), () => undefined);
  const calls = callsOf(stack);
  const last = calls.findLast(({ text }) => text.endsWith('/status'));
  if (last === undefined) throw new Error('the story ended without a status');
  return { calls, milliseconds: last.at - start };
}

// Names of the story stand alone as values; the token and the types of references must stay as they are.
function named(suffix: string): string {
  const names = documents.flatMap(({ metadata }) => (isRecord(metadata) ? [String(metadata['name'])] : []));
  return names.reduce(
    (text, name) => text.replaceAll(new RegExp(`\\b${name}(?![\\w-])`, 'g'), `${name}${suffix}`),
    manifest,
  );
}
