import { type Body, isBody } from '../../schema.ts';
import type { Field, RecordField } from './config-schema.ts';

/** A configuration with every field of its schema: defaults where there are any, null where not, shorthands beside what they mean. */
export function completeConfig(record: RecordField, config: Body): Body {
  const { fields, shorthands = {} } = record;
  const spread = Object.entries(shorthands).reduce<Body>(
    (given, [name, path]) => (config[name] === undefined ? given : withValue(given, path, config[name])),
    config,
  );
  const completed = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, completeField(field, spread[name])]),
  );
  const echoed = Object.entries(shorthands).map(([name, path]) => [name, valueAt(completed, path)]);
  return { ...completed, ...Object.fromEntries(echoed) };
}

function completeField(field: Field, value: unknown): unknown {
  const given = value === undefined || value === null ? field.default : value;
  // A set has no order: it comes back in one of Konnect's own.
  if (field.type === 'set' && Array.isArray(given)) return given.toSorted().toReversed();
  if (field.type !== 'record') return given ?? null;
  return isBody(given) || field.required ? completeConfig(field, isBody(given) ? given : {}) : null;
}

function withValue(body: Body, [name, ...rest]: readonly string[], value: unknown): Body {
  if (name === undefined) return body;
  const inner = body[name];
  if (rest.length === 0) return { ...body, [name]: inner ?? value };
  return { ...body, [name]: withValue(isBody(inner) ? inner : {}, rest, value) };
}

function valueAt(body: Body, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isBody(inner) ? inner[name] : undefined), body) ?? null;
}
