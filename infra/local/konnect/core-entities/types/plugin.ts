import { type Body, isBody, type JsonSchema } from '../../schema.ts';
import { configFaults } from '../config-schemas/check.ts';
import { completeConfig } from '../config-schemas/complete.ts';
import { httpProtocols, type PluginSchema } from '../config-schemas/config-schema.ts';
import { pluginSchema } from '../config-schemas/plugins/registry.ts';
import type { EntityType, Reference } from '../entity-type.ts';
import { type Detail, fieldDetail } from '../refusals.ts';
import { protocols, referenceField } from './common.ts';

const owners = ['service', 'route', 'consumer', 'consumer_group'];

export const plugin: EntityType = {
  collection: 'plugins',
  name: 'plugin',
  properties: {
    name: { type: 'string', minLength: 1, pattern: '^[0-9a-zA-Z\\-]*$' },
    instance_name: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\p{N}\\p{L}.\\-_~]*$' },
    enabled: { type: 'boolean' },
    protocols: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', enum: protocols } },
    condition: { type: 'string', maxLength: 1024 },
    config: { type: 'object' },
    ordering: record({ before: steps(), after: steps() }),
    partials: {
      type: 'array',
      items: {
        ...record({ id: { type: 'string' }, name: { type: 'string' }, path: { type: 'string' } }),
        required: ['id'],
      },
    },
    service: referenceField,
    route: referenceField,
    consumer: referenceField,
    consumer_group: referenceField,
  },
  required: ['name'],
  defaults: () => ({ enabled: true, protocols: httpProtocols }),
  keys: [['instance_name']],
  identity: { name: 'unique-plugin-per-entity', fields: ['name', ...owners] },
  references: [
    ...owners.map(
      (field): Reference => ({ field, to: `${field}s`, onDelete: 'cascade', disputed: true, nested: 'plugins' }),
    ),
    { field: 'partials', to: 'partials', onDelete: 'restrict', disputed: true, many: true },
  ],
  filterField: 'name',
  rules,
  derive: (fields) => {
    const schema = pluginSchema(fields['name']);
    return schema === undefined ? fields : { ...fields, config: completeConfig(schema.config, configOf(fields)) };
  },
  limit: 10_000,
};

function rules(fields: Body): readonly (string | Detail)[] {
  const schema = pluginSchema(fields['name']);
  if (schema === undefined) return [fieldDetail('name', [`plugin(${fields['name']}) does not exist`])];
  const faults = [...bindingFaults(schema, fields), ...configFaults(schema.config, configOf(fields))];
  if (faults.length > 0 || schema.checks === undefined) return faults;
  return schema.checks(completeConfig(schema.config, configOf(fields)));
}

function bindingFaults({ never = [], protocols: allowed }: PluginSchema, fields: Body): readonly Detail[] {
  const bound = never.filter((owner) => fields[owner] !== undefined);
  const chosen = Array.isArray(fields['protocols']) ? fields['protocols'] : [];
  const wrong = chosen.findIndex((protocol) => allowed !== undefined && !allowed.includes(protocol));
  return [
    ...bound.map((owner) => fieldDetail(owner, ['value must be null'])),
    ...(wrong < 0 ? [] : [fieldDetail(`protocols[${wrong}]`, [`expected one of: ${allowed?.join(', ')}`])]),
  ];
}

function configOf({ config }: Body): Body {
  return isBody(config) ? config : {};
}

function record(properties: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: false, properties };
}

function steps(): JsonSchema {
  return record({ access: { type: 'array', items: { type: 'string', minLength: 1 } } });
}
