import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import { controlPlaneRef, konnectConfiguration, nameRef } from '../ref-fields.ts';
import { celRule, enumOf, kindFields, list, mapOf, object, optional, text, withRules } from '../schema.ts';
import { conditions, endpoints, pending } from '../status-fields.ts';

export const schema = once(() => {
  const certificateSecretRef = nameRef(
    'The Secret that holds the certificate of the data planes.',
    'Name of the Secret, in the same namespace.',
  );

  const clientAuth = withRules(
    object(
      'The certificate that data planes show to Konnect.',
      {
        certificateSecret: object('Where the certificate comes from.', {
          provisioning: optional(
            enumOf('Manual: you make the Secret. Automatic: it is made and renewed for you.', ['Manual', 'Automatic'], {
              default: 'Automatic',
            }),
          ),
          secretRef: optional(certificateSecretRef),
        }),
      },
      { default: { certificateSecret: { provisioning: 'Automatic' } } },
    ),
    celRule(
      "self.certificateSecret.provisioning == 'Manual' ? has(self.certificateSecret.secretRef) : true",
      'secretRef must be set when provisioning is set to Manual.',
    ),
    celRule(
      "self.certificateSecret.provisioning == 'Automatic' ? !has(self.certificateSecret.secretRef) : true",
      'secretRef must not be set when provisioning is set to Automatic.',
    ),
  );

  const labelPattern = '^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$';

  const dataPlaneLabels = withRules(
    mapOf(
      'Labels of the data planes in Konnect. Keys must not begin with kong, konnect, insomnia, mesh, kic or an underscore.',
      text('Value of one label.', { minLength: 1, maxLength: 63, pattern: labelPattern }),
    ),
    celRule(`self.all(key, key.matches('${labelPattern}'))`, `keys must match the pattern '${labelPattern}'.`),
    celRule(
      "self.all(key, !(key.startsWith('kong') || key.startsWith('konnect') || key.startsWith('insomnia') || key.startsWith('mesh') || key.startsWith('kic') || key.startsWith('_')))",
      "keys must not start with 'kong', 'konnect', 'insomnia', 'mesh', 'kic', or '_'.",
    ),
    celRule('self.all(key, size(key) > 0 && size(key) < 64)', 'Too long: may not be more than 63 bytes'),
  );

  const kicRefused = celRule("self.type != 'kic'", 'kic type not supported as controlPlaneRef.');

  const spec = object('Which control plane data planes join, and how.', {
    clientAuth: optional(clientAuth),
    konnect: object('The side of Konnect.', {
      controlPlane: object('The control plane that the data planes join.', {
        ref: controlPlaneRef('The control plane, by its id in Konnect or by its object. Fixed once set.', kicRefused),
      }),
      configuration: optional(
        konnectConfiguration('How to reach Konnect. For a control plane that is given by its id.'),
      ),
      dataPlane: optional(object('What Konnect shall know of the data planes.', { labels: optional(dataPlaneLabels) })),
    }),
  });

  function users(description: string) {
    const user = object('One of them.', {
      name: text('Name of the object.', { minLength: 1, maxLength: 253 }),
      namespace: optional(text('Namespace of the object; that of this object where absent.')),
    });
    return list(description, user, { maxItems: 16 });
  }

  const konnectStatus = object('The control plane as Konnect described it.', {
    controlPlaneID: text('Id of the control plane in Konnect.'),
    clusterType: enumOf('Kind of control plane.', ['ControlPlane', 'K8SIngressController']),
    endpoints: endpoints(),
  });

  const status = object(
    'What data planes need to join, and what is missing.',
    {
      conditions: optional(conditions()),
      konnect: optional(konnectStatus),
      dataPlaneClientAuth: optional(
        object('The certificate that the data planes use.', { certificateSecretRef: optional(certificateSecretRef) }),
      ),
      dataPlaneRefs: optional(users('Data planes that use this extension.')),
      controlPlaneRefs: optional(users('Control planes of the cluster that use this extension.')),
    },
    { default: { conditions: pending('Ready') } },
  );

  return kindFields(
    { spec, status: optional(status) },
    {
      absentInCrd: ['spec'],
      rules: [
        celRule(
          'oldSelf.spec.konnect.controlPlane.ref == self.spec.konnect.controlPlane.ref',
          'spec.konnect.controlPlane.ref is immutable.',
        ),
        celRule(
          "self.spec.konnect.controlPlane.ref.type == 'konnectID' ? has(self.spec.konnect.configuration) : true",
          'konnect must be set when ControlPlaneRef is set to KonnectID.',
        ),
        celRule(
          "self.spec.konnect.controlPlane.ref.type == 'konnectNamespacedRef' ? !has(self.spec.konnect.configuration) : true",
          'konnect must be unset when ControlPlaneRef is set to konnectNamespacedRef.',
        ),
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;
