import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import { celRule, enumOf, flag, freeFormObject, kindFields, list, mapOf, object, optional, text } from '../schema.ts';
import { ageColumn, configurationKind, ingressProgrammedColumn } from '../served.ts';
import { conditions, pending } from '../status-fields.ts';

export const schema = once(() => {
  function secretValue(description: string) {
    return object(description, {
      secretKeyRef: object('Where in a Secret the value is.', {
        name: text('Name of the Secret, in the same namespace.'),
        key: text('Key of the value in the Secret.'),
      }),
    });
  }

  const configPatch = object('One value that is put into the configuration.', {
    path: text('Where the value goes, as a JSON pointer into the configuration.'),
    valueFrom: secretValue('The value, as JSON.'),
  });

  function phases(description: string) {
    return mapOf(description, list('Plugins, by the name of the phase.', text('Name of a plugin.')));
  }

  return kindFields(
    {
      plugin: text('Name of the plugin, such as rate-limiting. Fixed.'),
      config: optional(freeFormObject('Configuration of the plugin, as its documentation says.')),
      configFrom: optional(secretValue('The whole configuration, in JSON or YAML. In place of `config`.')),
      configPatches: optional(list('Values that are not for everybody to read, put into `config`.', configPatch)),
      instance_name: optional(text('Name of this use of the plugin, unique in the control plane.')),
      disabled: optional(flag('Whether the plugin is turned off.')),
      protocols: optional(
        list(
          'Protocols that the plugin looks at.',
          enumOf('One protocol.', ['http', 'https', 'grpc', 'grpcs', 'tcp', 'tls', 'udp']),
        ),
      ),
      ordering: optional(
        object('When the plugin runs, where its own priority is not right.', {
          before: optional(phases('Plugins that this one runs before.')),
          after: optional(phases('Plugins that this one runs after.')),
        }),
      ),
      run_on: optional(enumOf('Not used: of service meshes that Kong no longer has.', ['first', 'second', 'all'])),
      consumerRef: optional(text('Not used for Konnect: a binding says which consumer the plugin is for.')),
      status: optional(
        object('What is known of the plugin in Konnect.', {
          conditions: optional(conditions({ default: pending('Programmed') })),
        }),
      ),
    },
    {
      rules: [
        celRule(
          '!(has(self.config) && has(self.configFrom))',
          'Using both config and configFrom fields is not allowed.',
        ),
        celRule(
          '!(has(self.configFrom) && has(self.configPatches))',
          'Using both configFrom and configPatches fields is not allowed.',
        ),
        celRule('self.plugin == oldSelf.plugin', 'The plugin field is immutable'),
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongPlugin', {
  version: 'v1',
  ingress: true,
  shortNames: ['kp'],
  columns: [
    { name: 'Plugin-Type', type: 'string', jsonPath: '.plugin', description: 'Name of the plugin.' },
    ageColumn,
    { name: 'Disabled', type: 'boolean', jsonPath: '.disabled', description: 'Whether it is turned off.', priority: 1 },
    { name: 'Config', type: 'string', jsonPath: '.config', description: 'Its configuration.', priority: 1 },
    ingressProgrammedColumn,
  ],
});
