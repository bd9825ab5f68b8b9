import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository of its own in the temporary directory, for tests; gone when it is disposed of. */
export interface Repository extends AsyncDisposable {
  readonly root: string;
  write(path: string, content: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export async function repository(files: Readonly<Record<string, string>>): Promise<Repository> {
  const root = await mkdtemp(join(tmpdir(), 'generate-'));
  async function write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  for (const [path, content] of Object.entries(files)) await write(path, content);
  return {
    root,
    write,
    remove: (path) => rm(join(root, path), { recursive: true }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

/** The source of a `kind.ts`. What a test does not name is as plain as can be. */
export function kindSource(name: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const plural = `${name.toLowerCase()}s`;
  const resource = { group: 'shop.example', version: 'v1', kind: name, plural, namespaced: true };
  const schema = { type: 'object', properties: { spec: { description: 'S.', type: 'object' } } };
  const plain = { resource, singular: name.toLowerCase(), categories: ['shop'], lane: 'entity', columns: [] };
  const rest = { description: `One ${name}.`, schema, mainCondition: 'Programmed', refs: [] };
  return `export const kind = ${JSON.stringify({ ...plain, ...rest, ...fields })};\n`;
}
