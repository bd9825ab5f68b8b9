import { isIP } from 'node:net';
import type { Body } from '../../schema.ts';
import type { EntityType } from '../entity-type.ts';
import { type Detail, fieldDetail } from '../refusals.ts';
import { referenceField } from './common.ts';

const label = '[0-9A-Za-z_](?:[0-9A-Za-z_-]*[0-9A-Za-z_])?';
const domain = `${label}(?:\\.${label})*`;

export const sni: EntityType = {
  collection: 'snis',
  name: 'sni',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 256 },
    certificate: referenceField,
  },
  required: ['name', 'certificate'],
  defaults: () => ({}),
  keys: [['name']],
  references: [{ field: 'certificate', to: 'certificates', onDelete: 'restrict', disputed: true, nested: 'snis' }],
  label: 'name',
  rules,
  limit: 1000,
};

/** A host name; a wildcard stands for the leftmost or the rightmost label and for nothing else. */
function rules({ name }: Body): readonly Detail[] {
  const text = String(name);
  const refuse = (message: string) => [fieldDetail('name', [message])];
  if (isIP(text) !== 0 || /^[0-9.]+$/.test(text)) return refuse('must not be an IP');
  if (text.includes(':')) return refuse('must not contain a port');
  const pattern = `^(?:(?:\\*\\.)?${domain}|${domain}\\.\\*)$`;
  return new RegExp(pattern).test(text) ? [] : refuse(`must match pattern '${pattern}'`);
}
