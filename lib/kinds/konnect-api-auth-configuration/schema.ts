import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import { atomic, celRule, enumOf, kindFields, object, optional, text, withRules } from '../schema.ts';
import { conditions, pending } from '../status-fields.ts';

export const schema = once(() => {
  const serverUrl = withRules(
    text('The Konnect server of the region: a host name such as eu.api.konghq.com, or an https URL.'),
    celRule('size(self) > 0', 'Server URL is required'),
    celRule('self == oldSelf', 'Server URL is immutable'),
    celRule("isURL(self) ? url(self).getScheme() == 'https' : true", 'Server URL must use HTTPs if specifying scheme'),
    celRule(
      "size(self) > 0 && !isURL(self) ? self.matches('^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]).)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$') : true",
      'Server URL must satisfy hostname (RFC 1123) regex if not a valid absolute URL',
    ),
  );

  const secretRef = atomic(
    object(
      'The Secret that holds the token under the key `token`. It must carry the label konghq.com/credential: konnect.',
      {
        name: optional(text('Name of the Secret.')),
        namespace: optional(text('Namespace of the Secret; the namespace of this object where absent.')),
      },
    ),
  );

  const spec = withRules(
    object('How to authenticate with Konnect.', {
      type: enumOf('Where the token is: in this object (token) or in a Secret (secretRef).', ['token', 'secretRef']),
      token: optional(
        text('The token, for type token. Readable by everybody who may read this object: prefer a Secret.'),
      ),
      secretRef: optional(secretRef),
      serverURL: serverUrl,
    }),
    celRule(
      "self.type == 'token' ? size(self.token) > 0 : true",
      'spec.token is required if auth type is set to token',
    ),
    celRule(
      "self.type == 'secretRef' ? has(self.secretRef) : true",
      'spec.secretRef is required if auth type is set to secretRef',
    ),
    celRule(
      '!(has(self.token) && has(self.secretRef))',
      'spec.token and spec.secretRef cannot be set at the same time',
    ),
  );

  const status = object('What Konnect said of the token.', {
    organizationID: optional(text('Id of the Konnect organization that the token belongs to.')),
    serverURL: optional(text('The Konnect server that the token was tried on.')),
    // The type is the one that the compatible CRD leaves behind; the one that is maintained is APIAuthValid.
    conditions: optional(conditions({ default: pending('Valid'), minItems: 1 })),
  });

  return kindFields(
    { spec, status: optional(status) },
    {
      absentInCrd: ['spec'],
      rules: [
        celRule(
          "self.spec.type != 'token' || (self.spec.token.startsWith('spat_') || self.spec.token.startsWith('kpat_'))",
          'Konnect tokens have to start with spat_ or kpat_',
        ),
        celRule(
          "self.spec.type != 'token' || (!has(oldSelf.spec.token) || has(self.spec.token))",
          'Token is required once set',
        ),
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;
