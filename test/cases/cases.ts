import type { Title } from './titles.ts';

/* The page of cases: rows of `| T1 | elsewhere | here | tests |`. A case that can not apply here says so in place of tests. */

export interface Case {
  readonly number: number;
  readonly elsewhere: string;
  readonly here: string;
  /** Test files that prove it. */
  readonly tests: readonly string[];
  /** Why there can be none. */
  readonly notHere?: string;
}

/** How many there are. */
export const count = 69;
const notApplicable = /^not applicable: (.+)$/;

/** The rows of the page, in their order. */
export function casesOf(page: string): readonly Case[] {
  return [...page.matchAll(/^\| T(\d+) \|(.*)\|$/gm)].map(([, number, rest = '']) => {
    const [elsewhere = '', here = '', proof = ''] = rest.split(' | ').map((cell) => cell.trim());
    const tests = [...proof.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
    const reason = notApplicable.exec(proof)?.[1];
    return { number: Number(number), elsewhere, here, tests, ...(reason === undefined ? {} : { notHere: reason }) };
  });
}

/** The numbers of cases in a title. */
export function numbersIn(title: string): readonly number[] {
  return [...title.matchAll(/\bT(\d+)\b/g)].map(([, number]) => Number(number));
}

/** What is wrong between the page and the titles of the tests; one line each. */
export function mistakes(cases: readonly Case[], titles: readonly Title[]): readonly string[] {
  const carried = titles.flatMap(({ path, title }) => numbersIn(title).map((number) => ({ path, title, number })));
  const wanted = Array.from({ length: count }, (_, index) => index + 1);
  const given = cases.map(({ number }) => number);
  return [
    ...(given.join() === wanted.join()
      ? []
      : [`the rows are not T1 to T${count}, each once, in order: ${given.join(' ')}`]),
    ...carried
      .filter(({ number }) => number < 1 || number > count)
      .map(({ path, title, number }) => `T${number} is no case: ${path}: ${title}`),
    ...cases.flatMap((one) => mistakesOf(one, new Set(carried.filter(isOf(one)).map(({ path }) => path)))),
  ];
}

function isOf({ number }: Case) {
  return (carried: { readonly number: number }): boolean => carried.number === number;
}

function mistakesOf(
  { number, elsewhere, here, tests, notHere }: Case,
  proving: ReadonlySet<string>,
): readonly string[] {
  const name = `T${number}`;
  const untold =
    elsewhere === '' || here === '' ? [`${name} does not say what goes wrong elsewhere and what happens here`] : [];
  if (notHere !== undefined) {
    const also = tests.length > 0 || proving.size > 0;
    return [
      ...untold,
      ...(also ? [`${name} is not applicable, and has tests: ${[...tests, ...proving].join(', ')}`] : []),
    ];
  }
  if (proving.size === 0) return [...untold, `${name} has no test that carries it, and no reason why not`];
  if (tests.length === 0) return [...untold, `${name} names no test; those that carry it: ${[...proving].join(', ')}`];
  const without = tests.filter((file) => !proving.has(file));
  return [...untold, ...without.map((file) => `${name} names ${file}, where no test carries it`)];
}
