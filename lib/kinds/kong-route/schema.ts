import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import {
  controlPlaneOfOwnNamespace,
  entityControlPlaneRef,
  frozenUnless,
  kicRefused,
  nameRef,
  programmed,
  tags,
} from '../ref-fields.ts';
import { celRule, enumOf, flag, int64, kindFields, list, mapOf, object, optional, text, withRules } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const serviceRef = withRules(
    object('The service that the route leads to. In place of the control plane, which is that of the service.', {
      type: optional(enumOf('How the service is named.', ['namespacedRef'])),
      namespacedRef: optional(
        nameRef('The service object of the cluster.', 'Name of the service object, in the same namespace.', {
          minLength: 1,
        }),
      ),
    }),
    celRule(
      "self.type == 'namespacedRef' ? has(self.namespacedRef) : true",
      'when type is namespacedRef, namespacedRef must be set',
    ),
  );

  function endpoints(description: string) {
    const endpoint = object('An address, a port, or both.', {
      ip: optional(text('IP address, or a range of them in CIDR notation.')),
      port: optional(int64('Port.')),
    });
    return list(description, endpoint);
  }

  const spec = withRules(
    object('The route as it should be in Konnect: which requests it takes, and where they go.', {
      controlPlaneRef: optional(entityControlPlaneRef()),
      serviceRef: optional(serviceRef),
      name: optional(text('Name of the route, unique in the control plane.')),
      protocols: optional(list('Protocols that the route takes.', text('One protocol, such as https.'))),
      hosts: optional(
        list('Host names that requests must name, one of them.', text('A host name, or one with a wildcard.')),
      ),
      methods: optional(list('HTTP methods that requests must have, one of them.', text('One method, in capitals.'))),
      paths: optional(
        list('Paths that requests must begin with, one of them.', text('A path; a regular expression after ~.')),
      ),
      headers: optional(
        mapOf(
          'Headers that requests must have, all of them. Not for Host, which `hosts` is for.',
          list('Values, one of which the header must have.', text('A value; a regular expression after ~*.')),
        ),
      ),
      snis: optional(list('Server names that TLS connections must ask for, one of them.', text('One server name.'))),
      sources: optional(endpoints('Where connections must come from. For streams.')),
      destinations: optional(endpoints('Where connections must go to. For streams.')),
      https_redirect_status_code: optional(
        int64('Status of the answer to plain HTTP where only https is taken: 426, or a redirect.'),
      ),
      path_handling: optional(text('How the paths of service, route and request are put together: v0 or v1.')),
      preserve_host: optional(flag('Whether the service sees the host name that the client asked for.')),
      regex_priority: optional(int64('Which route wins where regular expressions of several match: the highest.')),
      request_buffering: optional(flag('Whether a request is read whole before the service sees it.')),
      response_buffering: optional(flag('Whether an answer is read whole before the client sees it.')),
      strip_path: optional(flag('Whether the path that matched is taken off before the service sees it.')),
      tags: optional(tags()),
    }),
    kicRefused,
  );

  const status = entityStatus({ serviceID: optional(text('Id of the service in Konnect.')) });

  return kindFields(
    { spec, status: optional(status) },
    {
      rules: [
        celRule('!has(oldSelf.spec.serviceRef) || has(self.spec.serviceRef)', 'serviceRef is required once set'),
        celRule(
          "has(self.spec.protocols) && self.spec.protocols.exists(p, p == 'http') ? (has(self.spec.hosts) || has(self.spec.methods) || has(self.spec.paths) || has(self.spec.paths) || has(self.spec.paths) || has(self.spec.headers) ) : true",
          "If protocols has 'http', at least one of 'hosts', 'methods', 'paths' or 'headers' must be set",
        ),
        celRule(
          'has(self.spec.controlPlaneRef) && !has(self.spec.serviceRef) || !has(self.spec.controlPlaneRef) && has(self.spec.serviceRef)',
          'Has to set either controlPlaneRef or serviceRef',
        ),
        controlPlaneOfOwnNamespace,
        frozenUnless(`!has(self.spec.serviceRef) ? true : (!${programmed})`, 'spec.serviceRef'),
        frozenUnless(`!has(self.spec.controlPlaneRef) ? true :(!${programmed})`, 'spec.controlPlaneRef'),
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongRoute', { columns: [programmedColumn] });
