import type { Static } from 'typebox';
import * as Type from 'typebox';
import { Errors } from 'typebox/value';
import { MalformedEvent } from '../engine/errors.ts';
import { isAboutKnown } from '../field-names.ts';
import { driftModes } from './request.ts';

const name = Type.String({ minLength: 1, maxLength: 253 });

/** A part of a run that one invocation does: one control plane, or all that lives in none. */
export const driftTaskSchema = Type.Object(
  {
    /** The id of the run. */
    run: Type.String({ minLength: 1, maxLength: 64 }),
    mode: Type.Enum([...driftModes]),
    cluster: name,
    /** `<namespace>/<name>` of the control plane's object; absent for what lives in no control plane. */
    controlPlane: Type.Optional(Type.String({ pattern: '^[^/]+/[^/]+$', maxLength: 507 })),
    /** Kinds that are still to be checked; all where absent. */
    kinds: Type.Optional(Type.Array(name, { maxItems: 50 })),
  },
  { additionalProperties: false },
);

export type DriftTask = Static<typeof driftTaskSchema>;

/**
 * Reads a message of the queue.
 * @throws {MalformedEvent} naming each field that is wrong.
 */
export function parseTask(body: string): DriftTask {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new MalformedEvent(`not a part of a drift check: the body (${body.length} characters) is not JSON`);
  }
  const problems = Errors(driftTaskSchema, value).filter(isAboutKnown);
  if (problems.length === 0) return value as DriftTask;
  const named = problems.slice(0, 5).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  throw new MalformedEvent(`not a part of a drift check: ${named.join('; ')}`);
}
