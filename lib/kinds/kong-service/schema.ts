import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import {
  controlPlaneOfOwnNamespace,
  controlPlaneRequiredOnceSet,
  entityControlPlaneRef,
  frozenUnless,
  kicRefused,
  notProgrammed,
  tags,
} from '../ref-fields.ts';
import { flag, int64, kindFields, object, optional, text, withRules } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const spec = withRules(
    object('The service as it should be in Konnect.', {
      controlPlaneRef: entityControlPlaneRef(),
      name: optional(text('Name of the service, unique in the control plane.')),
      protocol: optional(text('Protocol to speak with the service. Konnect takes http where absent.')),
      host: text('Host name of the service, or the name of an upstream. Needed beside `url` as well.'),
      port: optional(int64('Port of the service. Konnect takes 80 where absent.')),
      path: optional(text('Path that requests to the service begin with.')),
      url: optional(text('Protocol, host, port and path in one; Konnect takes it apart and keeps the parts.')),
      connect_timeout: optional(int64('How long a connection may take to be made, in milliseconds.')),
      read_timeout: optional(int64('How long the service may pause between two parts of an answer, in milliseconds.')),
      write_timeout: optional(int64('How long the service may pause between two parts of a request, in milliseconds.')),
      retries: optional(int64('How often a request is tried again where it could not be proxied.')),
      enabled: optional(flag('Whether routes lead to the service. Konnect takes true where absent.')),
      tls_verify: optional(
        flag('Whether the certificate of the service is checked; the default of the data plane where absent.'),
      ),
      tls_verify_depth: optional(
        int64('How many certificates may stand between that of the service and one that is trusted.'),
      ),
      tags: optional(tags()),
    }),
    kicRefused,
  );

  return kindFields(
    { spec, status: optional(entityStatus({})) },
    {
      rules: [
        controlPlaneRequiredOnceSet,
        controlPlaneOfOwnNamespace,
        frozenUnless(`(!has(self.spec.controlPlaneRef)) ? true : ${notProgrammed}`, 'spec.controlPlaneRef'),
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongService', {
  columns: [
    { name: 'Host', type: 'string', jsonPath: '.spec.host', description: 'Host name of the service.' },
    {
      name: 'Protocol',
      type: 'string',
      jsonPath: '.spec.protocol',
      description: 'Protocol to speak with the service.',
    },
    programmedColumn,
  ],
});
