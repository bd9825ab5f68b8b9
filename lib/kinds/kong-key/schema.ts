import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import {
  controlPlaneOfOwnNamespace,
  controlPlaneRequiredOnceSet,
  entityControlPlaneRef,
  frozenWhileProgrammed,
  kicRefused,
  nameRef,
  tags,
} from '../ref-fields.ts';
import { celRule, enumOf, kindFields, object, optional, text, withRules } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const keySetRef = withRules(
    object('The set that the key is in.', {
      type: enumOf('How the set is named. Use namespacedRef.', ['konnectID', 'namespacedRef']),
      konnectID: optional(text('Id of the set in Konnect. For type konnectID.')),
      namespacedRef: optional(
        nameRef(
          'The key set object of the cluster. For type namespacedRef.',
          'Name of the key set object, in the same namespace.',
          { minLength: 1 },
        ),
      ),
    }),
    celRule(
      "self.type == 'namespacedRef' ? has(self.namespacedRef) : true",
      'when type is namespacedRef, namespacedRef must be set',
    ),
    celRule("self.type == 'konnectID' ? has(self.konnectID) : true", 'when type is konnectID, konnectID must be set'),
  );

  const pem = object('The key as a pair in PEM.', {
    private_key: text('The private key. Readable by everybody who may read this object.', { minLength: 1 }),
    public_key: text('The public key.', { minLength: 1 }),
  });

  const spec = withRules(
    object('The key as it should be in Konnect, in one of two notations.', {
      controlPlaneRef: optional(entityControlPlaneRef()),
      keySetRef: optional(keySetRef),
      kid: text('Id of the key, as tokens name it.', { minLength: 1 }),
      name: optional(text('Name of the key, unique in the control plane.')),
      jwk: optional(text('The key as a JSON Web Key, in JSON. Its kid must be that of the object.')),
      pem: optional(pem),
      tags: optional(tags()),
    }),
    kicRefused,
    celRule('has(self.jwk) || has(self.pem)', "Either 'jwk' or 'pem' must be set"),
  );

  const status = entityStatus({ keySetID: optional(text('Id of the key set in Konnect.')) });

  return kindFields(
    { spec, status: optional(status) },
    {
      rules: [controlPlaneRequiredOnceSet, frozenWhileProgrammed('spec.controlPlaneRef'), controlPlaneOfOwnNamespace],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongKey', { columns: [programmedColumn] });
