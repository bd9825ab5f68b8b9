import { Errors } from 'typebox/value';
import { type DriftRequest, driftRequestSchema } from './request.ts';

/**
 * Reads what somebody invokes the function with.
 * @throws {Error} naming each field that is wrong.
 */
export function parseRequest(input: unknown): DriftRequest {
  const problems = Errors(driftRequestSchema, input);
  if (problems.length === 0) return input as DriftRequest;
  const named = problems.map(({ instancePath, message, params }) =>
    'additionalProperties' in params
      ? `${String(params.additionalProperties)} is no field of it`
      : `${instancePath.slice(1) || 'the request'} ${message}`,
  );
  throw new Error(`not a request for a drift check: ${named.join('; ')}; see events/drift-check.json`);
}
