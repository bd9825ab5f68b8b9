import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, commandsOf, linksOf, mentionedFiles } from './docs/markdown.ts';
import { tested } from './docs/tested.ts';

/* What the documentation says can be done, found and read. */

const root = join(import.meta.dirname, '..');
const folder = (path: string) =>
  readdirSync(join(root, path))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${path}/${file}`);
const pages = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...folder('docs'),
  ...folder('docs/decisions'),
];
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** What alarms link to. */
const sections = ['dead-letters', 'queue-age', 'function-errors', 'throttles', 'konnect-rate-limit', 'token', 'drift'];

describe.each(pages)('%s', (page) => {
  const text = read(page);

  // Blocks of that page say themselves who runs them; test/install/access-docs.test.ts does.
  it.skipIf(page === 'docs/cluster-access.md')('tells no command that no test runs, unless it says so', () => {
    const unknown = commandsOf(text).filter((command) => !tested.some((one) => one.command.test(command)));
    expect(unknown).toEqual([]);
  });

  it('links to what is there', () => {
    const broken = linksOf(text).filter(({ file, anchor }) => {
      const target = file === '' ? page : normalize(join(dirname(page), file));
      if (!existsSync(join(root, target))) return true;
      return anchor !== '' && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('mentions files that are there', () => {
    expect(mentionedFiles(text).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

it('has a section for each alarm', () => {
  const anchors = anchorsOf(read('docs/operations.md'));
  expect(sections.filter((section) => !anchors.includes(section))).toEqual([]);
});

it('names tests that are there, and speak of the command', () => {
  const absent = tested.filter(({ test, mentions }) => !existsSync(join(root, test)) || !read(test).includes(mentions));
  expect(absent).toEqual([]);
});

it('sees what is wrong with a page', () => {
  const page = [
    '# One & only, `two`',
    '[gone](docs/none.md#x) [here](#one--only-two) [out](https://example.com)',
    '`lib/none.ts` and `lib/<kind>/x.ts`',
    '```sh',
    'rm -r x   # a reason',
    '```',
    '<!-- not run: no such thing -->',
    '```sh',
    'helm install x',
    '```',
    '```sh',
    '# needs an AWS account',
    'aws s3 ls',
    '```',
  ].join('\n');

  expect(commandsOf(page)).toEqual(['rm -r x']);
  expect(linksOf(page)).toEqual([
    { file: 'docs/none.md', anchor: 'x' },
    { file: '', anchor: 'one--only-two' },
  ]);
  expect(anchorsOf(page)).toEqual(['one--only-two']);
  expect(mentionedFiles(page)).toEqual(['lib/none.ts']);
});
