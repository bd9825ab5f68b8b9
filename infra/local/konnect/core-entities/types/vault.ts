import { type Body, isBody } from '../../schema.ts';
import { configFaults } from '../config-schemas/check.ts';
import { completeConfig } from '../config-schemas/complete.ts';
import type { RecordField } from '../config-schemas/config-schema.ts';
import { vaultBackends } from '../config-schemas/vaults/registry.ts';
import type { EntityType } from '../entity-type.ts';
import { type Detail, fieldDetail } from '../refusals.ts';

const backends = Object.keys(vaultBackends);

/** `name` is the backend; the name that secrets are asked for by is `prefix`. */
export const vault: EntityType = {
  collection: 'vaults',
  name: 'vault',
  properties: {
    name: { type: 'string', enum: backends },
    prefix: { type: 'string', pattern: '^[a-z][a-z0-9-]*[a-z0-9]+$' },
    description: { type: 'string' },
    config: { type: 'object' },
  },
  required: ['name', 'prefix'],
  defaults: () => ({}),
  keys: [['prefix']],
  references: [],
  label: 'prefix',
  rules,
  derive: (fields) => (fields['name'] === 'hcv' ? { ...fields, config: completed(fields) } : fields),
  limit: 1000,
};

function rules(fields: Body): readonly Detail[] {
  const reserved = backends.includes(String(fields['prefix']))
    ? [fieldDetail('prefix', [`must not be any of [${backends.join(' ')}]`])]
    : [];
  return [...reserved, ...configFaults(backendOf(fields), configOf(fields))];
}

function backendOf({ name }: Body): RecordField {
  const backend = vaultBackends[String(name)];
  if (backend === undefined) throw new Error(`No vault backend "${name}": the schema lets only known ones through`);
  return backend;
}

function configOf({ config }: Body): Body {
  return isBody(config) ? config : {};
}

/** HashiCorp's is the one backend whose configuration Konnect fills in; the others stay as they were sent. */
function completed(fields: Body): Body {
  const config = completeConfig(backendOf(fields), configOf(fields));
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}
