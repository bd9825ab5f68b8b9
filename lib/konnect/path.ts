import { Terminal } from '../engine/errors.ts';

/**
 * Builds a path from a template, each interpolated value being one encoded segment:
 * ``pathOf`/v2/control-planes/${id}/core-entities/services/${serviceId}` ``.
 * @throws {Terminal} where a value is empty, `.`, `..` or holds a `/`, since it would name something else.
 */
export function pathOf(literals: TemplateStringsArray, ...values: readonly string[]): string {
  return literals.reduce((path, literal, index) => {
    const value = values[index - 1];
    return value === undefined ? path + literal : path + segment(value, path) + literal;
  }, '');
}

function segment(value: string, before: string): string {
  // Servers and proxies disagree on `%2F` and `%2e%2e`, so such a value is refused rather than encoded.
  const problem =
    value === ''
      ? 'is empty'
      : /^\.{1,2}$/.test(value)
        ? 'is a dot segment'
        : /[/\\]/.test(value)
          ? 'holds a slash'
          : '';
  if (problem !== '' || !value.isWellFormed()) {
    throw new Terminal(
      `the value after "${before}" ${problem || 'is no valid Unicode'}: it can not be part of a Konnect path; correct the id or name`,
    );
  }
  return encodeURIComponent(value);
}
