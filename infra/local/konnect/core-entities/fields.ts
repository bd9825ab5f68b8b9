import { usualChoices } from '../choices.ts';
import { type Body, compile, isBody, type JsonSchema, type Violation } from '../schema.ts';
import type { EntityType, Reading } from './entity-type.ts';
import { entityDetail, fieldDetails, invalidArgument, invalidEntity } from './refusals.ts';

const maxTags = 30;

const common: JsonSchema = {
  id: { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' },
  // A comma and a slash mean AND and OR in the `tags` query, so no tag may contain them.
  tags: {
    type: 'array',
    maxItems: maxTags,
    uniqueItems: true,
    items: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[^,/\\p{Cc}]*$' },
  },
  created_at: { type: 'integer' },
};
const updateTime: JsonSchema = { updated_at: { type: 'integer' } };

const compiled = new WeakMap<EntityType, (value: unknown) => readonly Violation[]>();

/**
 * The fields of an entity as they were meant: nulls taken for absent, shorthands expanded, defaults filled in. The times a
 * client sends are ignored. Throws the 400 of the core entities when the body breaks the schema or a rule across fields.
 */
export function parseFields(
  type: EntityType,
  body: unknown,
  reading: Reading = { choices: usualChoices, now: new Date() },
): Body {
  if (!isBody(body)) throw invalidArgument('invalid request body: expected an object');
  const given = withoutNulls(body);
  const expanded = type.expand?.(given) ?? given;
  const violations = checkerOf(type)(expanded);
  if (violations.length > 0) throw invalidEntity(fieldDetails(violations));
  const { created_at: _created, updated_at: _updated, ...fields } = expanded;
  const filled = withDefaults(type.defaults(fields, reading.choices), fields);
  const broken = type.rules?.(filled, reading) ?? [];
  if (broken.length > 0) throw invalidEntity(broken.map((one) => (typeof one === 'string' ? entityDetail(one) : one)));
  return filled;
}

/** Every property that a body of the type may have, with its JSON Schema. */
export function propertiesOf({ properties, noUpdateTime }: EntityType): JsonSchema {
  return { ...common, ...(noUpdateTime ? {} : updateTime), ...properties };
}

function checkerOf(type: EntityType): (value: unknown) => readonly Violation[] {
  const found = compiled.get(type);
  if (found !== undefined) return found;
  const { required } = type;
  const made = compile({ type: 'object', additionalProperties: false, required, properties: propertiesOf(type) });
  compiled.set(type, made);
  return made;
}

function withoutNulls(body: Body): Body {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, isBody(value) ? withoutNulls(value) : value]),
  );
}

function withDefaults(defaults: Body, fields: Body): Body {
  const merged = Object.entries(fields).map(([name, value]) => {
    const inner = defaults[name];
    return [name, isBody(value) && isBody(inner) ? withDefaults(inner, value) : value] as const;
  });
  return { ...defaults, ...Object.fromEntries(merged) };
}
