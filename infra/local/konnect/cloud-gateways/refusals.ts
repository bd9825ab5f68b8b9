import { type InvalidParameter, problem, Refusal } from '../answer.ts';
import { standardAnswer } from '../families.ts';
import type { Violation } from '../schema.ts';

/** 400 in the words of the cloud gateways API. */
export function invalidParameters(invalid: readonly InvalidParameter[]): Refusal {
  const words = { title: 'Invalid Request', detail: 'Invalid Parameters', instance: 'konnect' } as const;
  return new Refusal(problem({ status: 400, ...words, invalid_parameters: invalid }));
}

export function invalid(field: string, rule: string, reason: string): InvalidParameter {
  return { field, rule, source: 'body', reason };
}

export function notFound(): Refusal {
  return new Refusal(standardAnswer('cloud-gateways', 404));
}

export function conflict(detail: string): Refusal {
  return new Refusal(problem({ status: 409, title: 'Conflict', detail, instance: 'konnect' }));
}

export function quotaExceeded(quota: string, limit: number): Refusal {
  const detail = `Maximum number of ${quota} exceeded. Max allowed: ${limit}.`;
  return new Refusal(problem({ status: 403, title: 'Quota Exceeded', detail, instance: 'konnect' }));
}

/** Broken schema rules; fields are dotted, as in `dataplane_groups.0.autoscale.base_rps`. */
export function violated(violations: readonly Violation[]): Refusal {
  return invalidParameters(violations.map(invalidParameter));
}

function invalidParameter({ path, keyword, limit = 0, type, choices = [], pattern }: Violation): InvalidParameter {
  const field = path.join('.') || 'body';
  const item = (rule: string, reason: string, extra: Partial<InvalidParameter> = {}) => ({
    ...invalid(field, rule, reason),
    ...extra,
  });
  switch (keyword) {
    case 'required':
      return item('required', `${field} should not be empty`);
    case 'additionalProperties':
      return item('unknown_property', `property ${field} should not exist`);
    case 'type':
      return item(`is_${type}`, `${field} must be ${nouns[type ?? ''] ?? `of type ${type}`}`);
    case 'enum':
      return item('enum', `${field} must be one of the following values: ${choices.join(', ')}`, { choices });
    case 'minLength':
      return item('min_length', `${field} must be longer than or equal to ${limit} characters`, { minimum: limit });
    case 'maxLength':
      return item('max_length', `${field} must be shorter than or equal to ${limit} characters`, { maximum: limit });
    case 'minItems':
      return item('min_items', `${field} must contain at least ${limit} elements`, { minimum: limit });
    case 'maxItems':
      return item('max_items', `${field} must contain no more than ${limit} elements`, { maximum: limit });
    case 'minimum':
      return item('min', `${field} must not be less than ${limit}`, { minimum: limit });
    case 'maximum':
      return item('max', `${field} must not be greater than ${limit}`, { maximum: limit });
    case 'pattern':
      return item('matches_regex', `${field} must match ${pattern} regular expression`);
    default:
      return item('invalid', `${field} is invalid`);
  }
}

const nouns: Readonly<Record<string, string>> = {
  integer: 'an integer number',
  array: 'an array',
  object: 'an object',
  string: 'a string',
  boolean: 'a boolean value',
};
