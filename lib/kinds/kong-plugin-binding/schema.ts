import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import {
  controlPlaneOfOwnNamespaceInSpec,
  controlPlaneRequiredOnceSet,
  entityControlPlaneRef,
  frozenWhileProgrammed,
  nameRef,
} from '../ref-fields.ts';
import { type CelRule, celRule, enumOf, kindFields, object, optional, text, withRules } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const pluginRef = withRules(
    object('The plugin that is bound.', {
      kind: optional(
        enumOf('Kind of the plugin object.', ['KongPlugin', 'KongClusterPlugin'], { default: 'KongPlugin' }),
      ),
      name: text('Name of the plugin object.'),
    }),
    celRule("self.name != ''", 'pluginRef name must be set'),
  );

  function targetRef(description: string, rule: CelRule) {
    const ref = object(description, {
      group: enumOf('API group of the object.', [
        '',
        'core',
        'networking.k8s.io',
        'gateway.networking.k8s.io',
        'configuration.konghq.com',
      ]),
      kind: enumOf('Kind of the object.', ['Service', 'Ingress', 'HTTPRoute', 'GRPCRoute', 'KongService', 'KongRoute']),
      name: text('Name of the object, in the same namespace.'),
    });
    return withRules(ref, rule);
  }

  const routeRef = targetRef(
    'The route whose requests the plugin looks at.',
    celRule(
      "(self.kind == 'KongRoute' && self.group == 'configuration.konghq.com') || (self.kind == 'Ingress' && self.group == 'networking.k8s.io') || (self.kind == 'HTTPRoute' && self.group == 'gateway.networking.k8s.io') || (self.kind == 'GRPCRoute' && self.group == 'gateway.networking.k8s.io')",
      'group/kind not allowed for the routeRef',
    ),
  );

  const serviceRef = targetRef(
    'The service whose requests the plugin looks at.',
    celRule(
      "(self.kind == 'KongService' && self.group == 'configuration.konghq.com') || (self.kind == 'Service' && (self.group == '' || self.group == 'core'))",
      'group/kind not allowed for the serviceRef',
    ),
  );

  const targets = withRules(
    object('Which requests the plugin looks at: those that all of these are part of.', {
      routeRef: optional(routeRef),
      serviceRef: optional(serviceRef),
      consumerRef: optional(
        nameRef(
          'The consumer whose requests the plugin looks at.',
          'Name of the consumer object, in the same namespace.',
        ),
      ),
      consumerGroupRef: optional(
        nameRef('The group whose requests the plugin looks at.', 'Name of the group object, in the same namespace.'),
      ),
    }),
    celRule(
      '(has(self.consumerRef) ? !has(self.consumerGroupRef) : true)',
      'Cannot set Consumer and ConsumerGroup at the same time',
    ),
    celRule(
      "(has(self.routeRef) && self.routeRef.kind == 'KongRoute') ? (!has(self.serviceRef) || self.serviceRef.kind == 'KongService') : true",
      'KongRoute can be used only when serviceRef is unset or set to KongService',
    ),
    celRule(
      "(has(self.serviceRef) && self.serviceRef.kind == 'KongService') ? (!has(self.routeRef) || self.routeRef.kind == 'KongRoute') : true",
      'KongService can be used only when routeRef is unset or set to KongRoute',
    ),
  );

  const spec = withRules(
    object('Which plugin looks at which requests.', {
      controlPlaneRef: entityControlPlaneRef(),
      pluginRef,
      scope: optional(
        enumOf(
          'OnlyTargets: the requests of the targets. GlobalInControlPlane: all requests.',
          ['OnlyTargets', 'GlobalInControlPlane'],
          { default: 'OnlyTargets' },
        ),
      ),
      targets: optional(targets),
    }),
    celRule(
      "self.scope == 'OnlyTargets' ? has(self.targets) && (has(self.targets.routeRef) || has(self.targets.serviceRef) || has(self.targets.consumerRef) || has(self.targets.consumerGroupRef)) : true",
      "At least one target reference must be set when scope is 'OnlyTargets'",
    ),
    celRule(
      "self.scope == 'GlobalInControlPlane' ? !has(self.targets) : true",
      "No targets must be set when scope is 'GlobalInControlPlane'",
    ),
  );

  return kindFields(
    { spec, status: optional(entityStatus({})) },
    {
      rules: [
        controlPlaneRequiredOnceSet,
        frozenWhileProgrammed('spec.controlPlaneRef'),
        controlPlaneOfOwnNamespaceInSpec,
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongPluginBinding', {
  columns: [
    {
      name: 'Plugin-kind',
      type: 'string',
      jsonPath: '.spec.pluginRef.kind',
      description: 'Kind of the plugin object.',
    },
    {
      name: 'Plugin-name',
      type: 'string',
      jsonPath: '.spec.pluginRef.name',
      description: 'Name of the plugin object.',
    },
    programmedColumn,
  ],
});
