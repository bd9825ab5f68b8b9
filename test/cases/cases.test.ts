import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Case, casesOf, count, mistakes } from './cases.ts';
import { readTitles, type Title, titlesOf } from './titles.ts';

/* Every case on the page has tests that carry its number, and every number is on the page. */

const root = join(import.meta.dirname, '../..');
const cases = casesOf(readFileSync(join(root, 'docs/cases.md'), 'utf8'));

it('every case is proven by a test that carries its number, or says why it can not apply', () => {
  expect(mistakes(cases, readTitles(root, ['lib', 'functions', 'infra', 'test']))).toEqual([]);
});

describe('what is read', () => {
  it('of a test file are the titles of what runs, and nothing else', () => {
    const text = `
      // it('in a comment', f)
      const data = [{ reason: 'in data' }, "it('in a text', f)"];
      describe('of a group', () => {
        it(\`of a \${template}, whole\`, f);
        it.each([['of a row', 1]] as const)('of each: %s', async (_, fault): Promise<void> => {});
        describe.each(rows.map((row) => [row('x')] as const))('of a group of each', g);
      });
      it.skipIf(/\\)\\('/.test(here))(
        // why
        'where it can run',
        f,
      );
      test.only("doubly quoted", f);
      it.skip('never', f);
      it.todo('some day');
      other('of something else', f);
      it(named, f);
    `;
    expect(titlesOf(text)).toEqual([
      'of a group',
      'of a …, whole',
      'of each: %s',
      'of a group of each',
      'where it can run',
      'doubly quoted',
    ]);
  });

  it('of the page are its rows', () => {
    const page = ['# Cases', '| | a | b | c |', '|---|---|---|---|', '| T1 | bad | good | `lib/a.test.ts`, `b` |'];
    expect(casesOf([...page, '| T2 | bad | good | not applicable: no such kind |'].join('\n'))).toEqual([
      { number: 1, elsewhere: 'bad', here: 'good', tests: ['lib/a.test.ts', 'b'] },
      { number: 2, elsewhere: 'bad', here: 'good', tests: [], notHere: 'no such kind' },
    ]);
  });
});

describe('what is a mistake', () => {
  const path = 'lib/a.test.ts';
  const whole = Array.from({ length: count }, (_, index): Case => {
    return { number: index + 1, elsewhere: 'bad', here: 'good', tests: [path] };
  });
  const titles = whole.map(({ number }): Title => ({ path, title: `does so (T${number})` }));
  const { tests: _, ...third } = whole[2] ?? missing();
  const absent: Case = { ...third, tests: [], notHere: 'no such kind' };
  const withThird = (one: Case) => whole.with(2, one);

  it.each([
    { reason: 'nothing', rows: whole, named: titles, wrong: [] },
    { reason: 'nothing with a reason', rows: withThird(absent), named: titles.toSpliced(2, 1), wrong: [] },
    { reason: 'neither test nor reason', rows: whole, named: titles.toSpliced(2, 1), wrong: [/^T3 has no test/] },
    { reason: 'both', rows: withThird(absent), named: titles, wrong: [/^T3 is not applicable, and has tests: lib/] },
    { reason: 'no such case', rows: whole, named: [...titles, { path, title: 'T70 x' }], wrong: [/^T70 is no case/] },
    { reason: 'a row too few', rows: whole.toSpliced(2, 1), named: titles, wrong: [/^the rows are not T1 to T69/] },
    { reason: 'a row twice', rows: [...whole, ...whole.slice(68)], named: titles, wrong: [/^the rows are not/] },
    { reason: 'no file', rows: withThird({ ...third, tests: [] }), named: titles, wrong: [/^T3 names no test; .*lib/] },
    {
      reason: 'another file',
      rows: withThird({ ...third, tests: [path, 'lib/b.test.ts'] }),
      named: titles,
      wrong: [/^T3 names lib\/b\.test\.ts, where no test carries it/],
    },
    {
      reason: 'no words',
      rows: withThird({ ...third, tests: [path], here: '' }),
      named: titles,
      wrong: [/^T3 does not say/],
    },
    { reason: 'half a number', rows: whole, named: titles.with(2, { path, title: 'T33' }), wrong: [/^T3 has no test/] },
  ])('$reason', ({ rows, named, wrong }) => {
    const found = mistakes(rows, named);
    expect(found).toHaveLength(wrong.length);
    for (const [index, one] of wrong.entries()) expect(found[index]).toMatch(one);
  });
});

function missing(): never {
  throw new Error('there is no such row');
}
