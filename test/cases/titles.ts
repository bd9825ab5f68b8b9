import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseAst } from 'vitest/node';
import { isRecord } from '../../lib/engine/objects.ts';

/** A test by what it is called, in the file that it stands in. */
export interface Title {
  readonly path: string;
  readonly title: string;
}

const calls: readonly unknown[] = ['it', 'test', 'describe'];
const never: readonly unknown[] = ['skip', 'todo'];

/** The titles in every test file of these folders. */
export function readTitles(root: string, folders: readonly string[]): readonly Title[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .sort()
      .flatMap((name) => {
        const path = posix.join(folder, name);
        return titlesOf(readFileSync(join(root, path), 'utf8')).map((title) => ({ path, title }));
      }),
  );
}

/**
 * What the tests and groups of a source are called, as it is written there; not those that never run. Read from the syntax,
 * so that comments, data and other texts are no titles.
 */
export function titlesOf(text: string): readonly string[] {
  const found: string[] = [];
  visit(parseAst(text, { lang: 'ts' }), (node) => {
    if (node['type'] !== 'CallExpression' || !isTestCall(node['callee'])) return;
    const [first] = Array.isArray(node['arguments']) ? (node['arguments'] as unknown[]) : [];
    const title = literal(first);
    if (title !== undefined) found.push(title);
  });
  return found;
}

type Node = Readonly<Record<string, unknown>>;

function visit(value: unknown, seen: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) visit(one, seen);
  else if (isRecord(value)) {
    seen(value);
    for (const one of Object.values(value)) visit(one, seen);
  }
}

/** `it`, `describe.each(rows)`, `it.skipIf(where)`, `test.concurrent` and whatever else begins so. */
function isTestCall(callee: unknown): boolean {
  if (!isRecord(callee)) return false;
  if (callee['type'] === 'Identifier') return calls.includes(callee['name']);
  if (callee['type'] === 'CallExpression') return isTestCall(callee['callee']);
  if (callee['type'] !== 'MemberExpression') return false;
  const { property, object } = callee;
  return isTestCall(object) && !(isRecord(property) && never.includes(property['name']));
}

function literal(node: unknown): string | undefined {
  if (!isRecord(node)) return undefined;
  if (node['type'] === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node['type'] !== 'TemplateLiteral' || !Array.isArray(node['quasis'])) return undefined;
  const parts = (node['quasis'] as unknown[]).map((part) => (isRecord(part) ? part['value'] : undefined));
  return parts.map((part) => (isRecord(part) ? String(part['cooked']) : '')).join('…');
}
