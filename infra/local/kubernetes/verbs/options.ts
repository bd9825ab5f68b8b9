import { type FieldError, notSupported } from '../field-errors.ts';
import { invalid } from '../status.ts';

/** What to do about unknown and duplicate fields. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** The parameters that all writes share. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly validation: FieldValidation;
}

const directives = ['Ignore', 'Strict', 'Warn'] as const;

function dryRunErrors(values: readonly string[]): readonly FieldError[] {
  if (values.every((value) => value === 'All')) return [];
  return [notSupported('dryRun', [...values], ['All'])];
}

/** Reads dryRun and fieldValidation; `kind` is that of the options, for example `CreateOptions`; throws 422. */
export function writeOptions(query: URLSearchParams, kind: string): WriteOptions {
  const text = query.get('fieldValidation') ?? '';
  const validation = text === '' ? 'Warn' : directives.find((directive) => directive === text);
  const errors = [
    ...dryRunErrors(query.getAll('dryRun')),
    ...(validation === undefined ? [notSupported('fieldValidation', text, ['', ...directives])] : []),
  ];
  if (validation === undefined || errors.length > 0) throw invalid('meta.k8s.io', kind, '', errors);
  return { dryRun: query.getAll('dryRun').length > 0, validation };
}
