import type { Environment } from '@marcbachmann/cel-js';
import { goPattern } from '../schema/pattern.ts';

function count(limit: bigint): number {
  return limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
}

function found(text: string, pattern: string): readonly string[] {
  const { source, flags } = goPattern(pattern);
  return [...text.matchAll(new RegExp(source, `${flags}g`))].map(([match]) => match);
}

function replaced(text: string, from: string, to: string, limit: bigint): string {
  const parts = text.split(from);
  const times = Math.min(parts.length - 1, count(limit));
  const rest = parts.slice(times + 1);
  return [parts.slice(0, times + 1).join(to), ...rest].join(from);
}

function isIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? Number(item) : item)) ?? '';
}

function formatted(format: string, values: readonly unknown[]): string {
  let index = 0;
  return format.replace(/%(\.(\d+))?([sdfexXob%])/g, (_, __, digits: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    const value = values[index++];
    if (verb === 'f') return Number(value).toFixed(digits === undefined ? 6 : Number(digits));
    if (verb === 'e') return Number(value).toExponential(digits === undefined ? 6 : Number(digits));
    if (verb === 'x') return Number(value).toString(16);
    if (verb === 'X') return Number(value).toString(16).toUpperCase();
    if (verb === 'b') return Number(value).toString(2);
    return verb === 'o' ? Number(value).toString(8) : isIn(value);
  });
}

/** Functions of texts: find, findAll, replace, charAt, format, reverse. */
export function registerTexts(environment: Environment): void {
  environment
    .registerFunction('string.find(string): string', (text: string, pattern: string) => found(text, pattern)[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => found(text, pattern))
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, limit: bigint) =>
      found(text, pattern).slice(0, count(limit)),
    )
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, to),
    )
    .registerFunction('string.replace(string, string, int): string', replaced)
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => text.charAt(Number(index)))
    .registerFunction('string.reverse(): string', (text: string) => [...text].reverse().join(''))
    .registerFunction('string.format(list): string', formatted);
}
