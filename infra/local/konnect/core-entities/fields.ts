import { type Body, compile, isBody, type JsonSchema, type Violation } from '../schema.ts';
import type { EntityType } from './entity-type.ts';
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
  updated_at: { type: 'integer' },
};

const compiled = new WeakMap<EntityType, (value: unknown) => readonly Violation[]>();

/**
 * The fields of an entity as they will be stored: nulls taken for absent, shorthands expanded, defaults filled in. The times a
 * client sends are ignored. Throws the 400 of the core entities when the body breaks the schema or a rule across fields.
 */
export function parseFields(type: EntityType, body: unknown): Body {
  if (!isBody(body)) throw invalidArgument('invalid request body: expected an object');
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const expanded = type.expand?.(given) ?? given;
  const violations = checkerOf(type)(expanded);
  if (violations.length > 0) throw invalidEntity(fieldDetails(violations));
  const { created_at: _created, updated_at: _updated, ...fields } = expanded;
  const filled = withDefaults(type.defaults(fields), fields);
  const broken = type.rules?.(filled) ?? [];
  if (broken.length > 0) throw invalidEntity(broken.map(entityDetail));
  return filled;
}

function checkerOf(type: EntityType): (value: unknown) => readonly Violation[] {
  const found = compiled.get(type);
  if (found !== undefined) return found;
  const { properties, required } = type;
  const made = compile({
    type: 'object',
    additionalProperties: false,
    required,
    properties: { ...common, ...properties },
  });
  compiled.set(type, made);
  return made;
}

function withDefaults(defaults: Body, fields: Body): Body {
  const merged = Object.entries(fields).map(([name, value]) => {
    const inner = defaults[name];
    return [name, isBody(value) && isBody(inner) ? withDefaults(inner, value) : value] as const;
  });
  return { ...defaults, ...Object.fromEntries(merged) };
}
