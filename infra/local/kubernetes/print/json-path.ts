import { isList, isObject, type Json, same } from '../json.ts';

type Step =
  | { readonly is: 'key'; readonly key: string }
  | { readonly is: 'index'; readonly index: number }
  | { readonly is: 'every' }
  | { readonly is: 'filter'; readonly path: readonly Step[]; readonly operator: string; readonly value: Json };

/** A parsed JSON path of a printer column: it gives all values it finds. */
export type JsonPath = (value: Json) => readonly Json[];

const parsed = new Map<string, readonly Step[]>();

/** Parses a path such as `.status.conditions[?(@.type=='Ready')].status`; unknown syntax throws. */
export function jsonPath(text: string): JsonPath {
  const steps = parsed.get(text) ?? parse(text.replace(/^\{|\}$/g, '').replace(/^\$/, ''), text);
  parsed.set(text, steps);
  return (value) => walk([value], steps);
}

const token =
  /\.([A-Za-z0-9_-]+(?:\\\.[A-Za-z0-9_-]+)*)|\[(-?\d+)\]|\[['"]([^'"]*)['"]\]|\[\?\((.*?)\)\]|(\[\*\]|\.\*)/y;

function parse(text: string, whole: string): readonly Step[] {
  const steps: Step[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const position = token.lastIndex;
    const [, key, index, quotedKey, filter, every] = token.exec(text) ?? [];
    const name = key?.replaceAll('\\.', '.') ?? quotedKey;
    if (name !== undefined) steps.push({ is: 'key', key: name });
    else if (index !== undefined) steps.push({ is: 'index', index: Number(index) });
    else if (every !== undefined) steps.push({ is: 'every' });
    else if (filter === undefined) throw new Error(`JSON path "${whole}" can not be read at position ${position}`);
    else {
      const next = token.lastIndex;
      steps.push(parseFilter(filter, whole));
      token.lastIndex = next; // the filter's own path used the same expression
    }
  }
  return steps;
}

function parseFilter(text: string, whole: string): Step {
  const [, path, operator = 'exists', value] = /^\s*@(\S*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\s*$/.exec(text) ?? [];
  if (path === undefined) throw new Error(`JSON path "${whole}": filter "${text}" can not be read`);
  return { is: 'filter', path: parse(path, whole), operator, value: literal(value) };
}

function literal(text: string | undefined): Json {
  if (text === undefined) return null;
  const [, quotedText] = /^['"](.*)['"]$/.exec(text) ?? [];
  if (quotedText !== undefined) return quotedText;
  if (text === 'true' || text === 'false') return text === 'true';
  return Number(text);
}

function walk(values: readonly Json[], steps: readonly Step[]): readonly Json[] {
  return steps.reduce<readonly Json[]>((found, step) => found.flatMap((value) => follow(value, step)), values);
}

function follow(value: Json, step: Step): readonly Json[] {
  switch (step.is) {
    case 'key': {
      const item = isObject(value) ? value[step.key] : undefined;
      return item === undefined ? [] : [item];
    }
    case 'index': {
      const item = isList(value) ? value.at(step.index) : undefined;
      return item === undefined ? [] : [item];
    }
    case 'every':
      if (isList(value)) return value;
      return isObject(value) ? Object.values(value).filter((item) => item !== undefined) : [];
    case 'filter':
      return isList(value) ? value.filter((item) => walk([item], step.path).some((found) => holds(found, step))) : [];
    default:
      return step satisfies never;
  }
}

function holds(found: Json, { operator, value }: Step & { readonly is: 'filter' }): boolean {
  if (operator === 'exists') return true;
  if (operator === '==') return same(found, value);
  if (operator === '!=') return !same(found, value);
  if (typeof found !== 'number' || typeof value !== 'number') return false;
  if (operator === '<') return found < value;
  if (operator === '>') return found > value;
  return operator === '<=' ? found <= value : found >= value;
}
