import type { Body } from '../../schema.ts';
import { type Field, httpProtocols, type PluginSchema, type RecordField } from './config-schema.ts';

/** A schema in the form in which Kong publishes it: records as lists of single fields, in their order. */
export function describePlugin({ protocols, never = [], config }: PluginSchema): Body {
  const protocolField = {
    type: 'set',
    required: true,
    default: httpProtocols,
    elements: { type: 'string', ...(protocols && { one_of: protocols }) },
  };
  return {
    fields: [
      ...never.map((owner) => ({ [owner]: { type: 'foreign', reference: `${owner}s`, eq: null } })),
      { protocols: protocolField },
      { config: describe(config) },
    ],
  };
}

function describe(field: Field): Body {
  if (field.type !== 'record') return { ...field };
  const { fields, shorthands, ...rest } = field;
  return { ...rest, fields: listOf(fields), ...(hasAny(shorthands) && { shorthand_fields: shorthandsOf(field) }) };
}

function listOf(fields: RecordField['fields']): readonly Body[] {
  return Object.entries(fields).map(([name, field]) => ({ [name]: describe(field) }));
}

function shorthandsOf({ shorthands = {} }: RecordField): readonly Body[] {
  return Object.entries(shorthands).map(([name, path]) => ({
    [name]: { type: 'string', deprecation: { replaced_with: [{ path }] } },
  }));
}

function hasAny(shorthands: RecordField['shorthands']): boolean {
  return Object.keys(shorthands ?? {}).length > 0;
}
