import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import {
  controlPlaneOfOwnNamespace,
  controlPlaneRequiredOnceSet,
  entityControlPlaneRef,
  frozenWhileProgrammed,
  kicRefused,
  tags,
} from '../ref-fields.ts';
import { type CelRule, celRule, flag, int64, kindFields, object, optional, text, withRules } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';
import { healthChecks } from './health-checks.ts';

export const schema = once(() => {
  /** `needed` must be there where `field` is `word`; `quote` stands around `field` in the message. */
  function neededFor(needed: string, field: string, word: string, quote: '`' | '' = ''): CelRule {
    return celRule(
      `!has(self.${field}) || (self.${field} != '${word}' || has(self.${needed}))`,
      `${needed} is required when ${quote}${field}${quote} is set to \`${word}\`.`,
    );
  }

  const spec = withRules(
    object('The upstream as it should be in Konnect: a host name that stands for several targets.', {
      controlPlaneRef: entityControlPlaneRef(),
      name: optional(text('Name of the upstream, which services name as their host. Konnect demands one.')),
      algorithm: optional(text('How a target is chosen. Konnect takes round-robin where absent.')),
      slots: optional(
        int64('Size of the wheel that the algorithm turns: a hundred times the targets that may come.', {
          minimum: 10,
          maximum: 65536,
        }),
      ),
      hash_on: optional(
        text('What requests are told apart by: none, consumer, ip, header, cookie, path, query_arg or uri_capture.'),
      ),
      hash_on_header: optional(text('The header to tell them apart by.')),
      hash_on_cookie: optional(text('The cookie to tell them apart by. It is set where a request has none.')),
      hash_on_cookie_path: optional(text('Path of the cookie that is set.')),
      hash_on_query_arg: optional(text('The argument of the query to tell them apart by.')),
      hash_on_uri_capture: optional(text('The capture of the regular expression of the route to tell them apart by.')),
      hash_fallback: optional(text('As `hash_on`, for requests that lack what that names.')),
      hash_fallback_header: optional(text('The header to tell those apart by.')),
      hash_fallback_query_arg: optional(text('The argument of the query to tell those apart by.')),
      hash_fallback_uri_capture: optional(text('The capture to tell those apart by.')),
      healthchecks: optional(healthChecks()),
      host_header: optional(text('Host name that targets see in requests.')),
      client_certificate: optional(
        object('The certificate that data planes show to targets.', {
          id: optional(text('Id of the certificate in Konnect.')),
        }),
      ),
      use_srv_name: optional(flag('Whether targets see the host name of their SRV record in requests.')),
      tags: optional(tags()),
    }),
    kicRefused,
    neededFor('hash_fallback_header', 'hash_fallback', 'header', '`'),
    neededFor('hash_fallback_query_arg', 'hash_fallback', 'query_arg', '`'),
    neededFor('hash_fallback_uri_capture', 'hash_fallback', 'uri_capture', '`'),
    neededFor('hash_on_cookie', 'hash_fallback', 'cookie'),
    neededFor('hash_on_cookie', 'hash_on', 'cookie'),
    neededFor('hash_on_cookie_path', 'hash_fallback', 'cookie'),
    neededFor('hash_on_cookie_path', 'hash_on', 'cookie'),
    neededFor('hash_on_header', 'hash_on', 'header'),
    neededFor('hash_on_query_arg', 'hash_on', 'query_arg', '`'),
    neededFor('hash_on_uri_capture', 'hash_on', 'uri_capture', '`'),
  );

  return kindFields(
    { spec, status: optional(entityStatus({})) },
    {
      rules: [controlPlaneRequiredOnceSet, controlPlaneOfOwnNamespace, frozenWhileProgrammed('spec.controlPlaneRef')],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongUpstream', { columns: [programmedColumn] });
