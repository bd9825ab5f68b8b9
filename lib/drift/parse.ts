import { Errors } from 'typebox/value';
import { isAboutKnown, mostTold, shownNames } from '../field-names.ts';
import { type DriftRequest, driftRequestSchema } from './request.ts';

/**
 * Reads what somebody invokes the function with.
 * @throws {Error} naming each field that is wrong.
 */
export function parseRequest(input: unknown): DriftRequest {
  const problems = Errors(driftRequestSchema, input).filter(isAboutKnown);
  if (problems.length === 0) return input as DriftRequest;
  const named = problems.map(({ instancePath, message, params }) =>
    'additionalProperties' in params
      ? `${shownNames(params.additionalProperties)} is no field of it`
      : `${instancePath.slice(1) || 'the request'} ${message}`,
  );
  throw new Error(
    `not a request for a drift check: ${named.slice(0, mostTold).join('; ')}; see events/drift-check.json`,
  );
}
