import { type InvalidParameter, problem, Refusal } from '../answer.ts';
import { standardAnswer, unreadableBody as unreadable } from '../families.ts';
import { fieldName, type Violation } from '../schema.ts';

/** 400 in the words of the control planes API. */
export function badRequest(detail: string, invalid: readonly InvalidParameter[]): Refusal {
  return new Refusal(
    problem({ status: 400, title: 'Bad Request', detail, instance: 'konnect', invalid_parameters: invalid }),
  );
}

export function invalidId(): Refusal {
  return badRequest('Request contains invalid ID format', [{ field: 'id', reason: 'invalid ID format' }]);
}

export function notFound(): Refusal {
  return new Refusal(standardAnswer('control-planes', 404));
}

export function nameTaken(): Refusal {
  return new Refusal(standardAnswer('control-planes', 409));
}

export function unreadableBody(): Refusal {
  return new Refusal(unreadable('control-planes'));
}

export function limitReached(): Refusal {
  return badRequest('Cannot create an additional control plane because usage limits have been reached.', [
    { field: 'object', reason: 'usage limits reached' },
  ]);
}

/** 400 for broken schema rules. The detail names the first kind of fault, as there is one detail for many items. */
export function violated(violations: readonly Violation[]): Refusal {
  const [first] = violations;
  const details: Readonly<Record<string, string>> = {
    required: 'Request cannot be empty',
    additionalProperties: 'Request contains unknown property',
  };
  return badRequest(details[first?.keyword ?? ''] ?? 'Invalid Parameters', violations.map(invalidParameter));
}

/** The item of `invalid_parameters` for one violation. */
export function invalidParameter(violation: Violation): InvalidParameter {
  const field = fieldName(violation.path) || 'body';
  const limit = violation.limit ?? 0;
  switch (violation.keyword) {
    case 'required':
      return { field, reason: 'cannot be blank' };
    case 'additionalProperties':
      return { field, reason: `property ${field} should not exist` };
    case 'enum':
      return item(field, 'enum', `must be one of ${(violation.choices ?? []).join(', ')}`, {
        choices: violation.choices ?? [],
      });
    case 'type':
      return item(field, `is_${violation.type}`, `must be of type ${violation.type}`);
    case 'minLength':
      return item(field, 'min_length', `must have at least ${limit} characters`, { minimum: limit });
    case 'maxLength':
      return item(field, 'max_length', `must not have more than ${limit} characters`, { maximum: limit });
    case 'minItems':
      return item(field, 'min_items', `must have at least ${limit} items`, { minimum: limit });
    case 'maxItems':
      return item(field, 'max_items', `must not have more than ${limit} items`, { maximum: limit });
    case 'minimum':
      return item(field, 'min', `must be at least ${limit}`, { minimum: limit });
    case 'maximum':
      return item(field, 'max', `must be at most ${limit}`, { maximum: limit });
    case 'pattern':
      return item(field, 'matches_regex', `must match ${violation.pattern}`);
    default:
      return item(field, 'invalid', 'is invalid');
  }
}

function item(field: string, rule: string, reason: string, extra: Partial<InvalidParameter> = {}): InvalidParameter {
  return { field, rule, ...extra, source: 'body', reason };
}
