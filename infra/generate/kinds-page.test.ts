import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

it('names each reason for which a condition is False', async () => {
  const files = await Array.fromAsync(glob('lib/{engine,kinds,tokens,drift}/**/*.ts', { cwd: root }));
  const sources = files
    .filter((file) => !/\.test\.ts$|fixture/.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'));
  const source = sources.join('\n');
  const elsewhere = /status: (?:'True'|'Unknown'|\d+),\s*reason: '(\w+)'/g;
  const good = new Set([...source.matchAll(elsewhere)].map(([, reason]) => reason));
  const all = [...source.matchAll(/reason: [^,;\n]*/g)].flatMap(([text]) => text.match(/(?<=')[A-Z]\w+(?=')/g) ?? []);
  const bad = [...new Set(all)].filter((reason) => !good.has(reason));
  expect(bad).toContain('OwnershipConflict');
  const page = readFileSync(join(root, 'docs', 'kinds.md'), 'utf8');
  expect(bad.filter((reason) => !page.includes(`\`${reason}\``))).toEqual([]);
});
