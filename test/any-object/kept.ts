import { isRecord } from '../../lib/engine/objects.ts';

/* What Konnect has to have of an object's fields, worked out without the product's own mappings. */

type Fields = Readonly<Record<string, unknown>>;

/** How Konnect calls the fields of one kind; `undefined` for what it knows nothing of, hashes or writes otherwise. */
export type Told = (fields: Fields) => Fields;

/** A `url` says what the fields that it is made of would. */
export function toldOfService({ url, ...fields }: Fields): Fields {
  if (url === undefined) return fields;
  const { protocol, hostname } = new URL(String(url));
  return { ...fields, port: undefined, path: undefined, protocol: protocol.replace(':', ''), host: hostname };
}

/** Konnect has a list of values for each header of a probe. */
export function toldOfUpstream({ healthchecks, ...fields }: Fields): Fields {
  const checks = isRecord(healthchecks) ? healthchecks : {};
  const active = isRecord(checks['active']) ? checks['active'] : {};
  const headers = Object.entries(isRecord(active['headers']) ? active['headers'] : {});
  const lists = Object.fromEntries(headers.map(([header, value]) => [header, [value]]));
  return { ...fields, healthchecks: { ...checks, active: { ...active, headers: lists } } };
}

export function toldOfPlugin({ plugin, disabled, run_on: _, consumerRef: __, ...fields }: Fields): Fields {
  return { ...fields, name: plugin, ...(disabled === undefined ? {} : { enabled: disabled !== true }) };
}

export function toldOfVault({ backend, ...fields }: Fields): Fields {
  return { ...fields, name: backend };
}

/** Which form Konnect gives to addresses is told where the kind has its tests. */
export function toldOfTarget({ target: _, ...fields }: Fields): Fields {
  return fields;
}

/** The id is not that of the object, and passwords are hashed. */
export function toldOfCredential({ id: _, password: __, ...fields }: Fields): Fields {
  return fields;
}

/** Paths of what is wanted and not there. Lists are sets, and what is empty is nothing. */
export function lacking(present: unknown, wanted: unknown, path = ''): readonly string[] {
  if (isNothing(wanted)) return [];
  if (Array.isArray(wanted)) {
    const items: readonly unknown[] = Array.isArray(present) ? present : [];
    return wanted.flatMap((item, index) =>
      items.some((one) => lacking(one, item).length === 0) ? [] : [`${path}[${index}]`],
    );
  }
  if (isRecord(wanted)) {
    const fields = isRecord(present) ? present : {};
    return Object.entries(wanted).flatMap(([field, value]) => lacking(fields[field], value, `${path}.${field}`));
  }
  return meaning(present) === meaning(wanted) ? [] : [path];
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** PEM without white space, JSON without its layout. */
function meaning(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.includes('-----BEGIN ')) return value.replaceAll(/\s/g, '');
  if (!value.startsWith('{')) return value;
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    return value; // a text that begins like JSON and is none
  }
}
