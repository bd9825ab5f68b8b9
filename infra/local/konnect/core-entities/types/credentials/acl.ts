import { credential, textField } from './credential.ts';

export const acl = credential({
  collection: 'acls',
  name: 'acl',
  nested: 'acls',
  properties: { group: textField },
  required: ['group'],
  keys: [['consumer', 'group']],
});
