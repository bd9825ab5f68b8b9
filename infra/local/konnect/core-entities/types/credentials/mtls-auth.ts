import { referenceField } from '../common.ts';
import { credential, textField } from './credential.ts';

export const mtlsAuth = credential({
  collection: 'mtls-auths',
  name: 'mtls-auth',
  nested: 'mtls-auth',
  properties: { subject_name: textField, ca_certificate: referenceField },
  required: ['subject_name'],
  keys: [['subject_name', 'ca_certificate']],
  references: [{ field: 'ca_certificate', to: 'ca_certificates', onDelete: 'cascade', disputed: true }],
});
