import type { Static, TSchema } from 'typebox';
import { Terminal } from '../engine/errors.ts';
import type { KubernetesObject } from '../engine/objects.ts';
import { isUnwieldy } from '../unwieldy.ts';
import { checkFields } from './schema.ts';

/**
 * The object's fields, typed. The API server has validated them already, against our CRD or a newer one; this is for
 * objects that were stored before a rule, or past it. The status is ours and is not looked at.
 *
 * @throws {Terminal} naming each field that is wrong, and no value.
 */
export function fieldsOf<Schema extends TSchema>(schema: () => Schema, object: KubernetesObject): Static<Schema> {
  const { status: _, ...written } = object;
  if (isUnwieldy(written)) {
    throw new Terminal('the object is not valid: it is nested too deeply, or holds too much', { reason: 'Invalid' });
  }
  const problems = checkFields(schema(), written);
  if (problems.length > 0) throw new Terminal(`the object is not valid: ${problems.join('; ')}`, { reason: 'Invalid' });
  return written as Static<Schema>;
}

/** The text at a path of an object that nobody has checked yet; undefined where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (parent, field) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, field) : undefined),
    value,
  );
  return typeof found === 'string' && found !== '' ? found : undefined;
}
