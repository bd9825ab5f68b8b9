import { type FieldError, invalidField } from '../../field-errors.ts';
import type { JsonObject } from '../../json.ts';

/** The errors of keys in the data of secrets and config maps: file names of at most 253 bytes. */
export function dataKeyErrors(data: JsonObject, path: string): readonly FieldError[] {
  return Object.keys(data).flatMap((key) =>
    keyProblems(key).map((problem) => invalidField(`${path}[${key}]`, key, problem)),
  );
}

function keyProblems(key: string): readonly string[] {
  const problems: string[] = [];
  if (Buffer.byteLength(key) > 253) problems.push('must be no more than 253 characters');
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
    problems.push(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    );
  }
  if (key === '.' || key === '..') problems.push(`must not be '${key}'`);
  else if (key.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}
