import { createHash } from 'node:crypto';
import type { Body } from '../../../schema.ts';
import type { Making } from '../../entity-type.ts';
import { credential, textField } from './credential.ts';

export const basicAuth = credential({
  collection: 'basic-auths',
  name: 'basic-auth',
  nested: 'basic-auth',
  properties: { username: textField, password: textField },
  required: ['username', 'password'],
  keys: [['username']],
  derive: hashed,
});

/** The password is kept and answered as Kong hashes it, SHA-1 with the consumer's id for salt: it never compares equal to what was sent. */
function hashed(fields: Body, { isStored }: Making): Body {
  if (isStored('password')) return fields;
  const { consumer, password } = fields;
  const salt = typeof consumer === 'object' && consumer !== null && 'id' in consumer ? String(consumer.id) : '';
  return { ...fields, password: createHash('sha1').update(`${password}${salt}`).digest('hex') };
}
