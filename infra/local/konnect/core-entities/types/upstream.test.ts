import { describeStrictness, ids } from '../../strictness-fixture.ts';
import { healthcheckDefaults } from './upstream-healthchecks.ts';

const entity = (message: string) => ({ type: 'ERROR_TYPE_ENTITY', messages: [message] });

describeStrictness({
  path: 'upstreams',
  accepted: [
    {
      body: { name: 'up' },
      stored: {
        name: 'up',
        algorithm: 'round-robin',
        slots: 10_000,
        hash_on: 'none',
        hash_fallback: 'none',
        hash_on_cookie_path: '/',
        sticky_sessions_cookie_path: '/',
        use_srv_name: false,
        healthchecks: healthcheckDefaults,
        host_header: null,
        tags: null,
      },
    },
    {
      body: { name: 'up', healthchecks: { active: { type: 'tcp', healthy: { interval: 5 }, https_sni: null } } },
      stored: {
        healthchecks: {
          ...healthcheckDefaults,
          active: {
            ...healthcheckDefaults.active,
            type: 'tcp',
            healthy: { http_statuses: [200, 302], interval: 5, successes: 0 },
          },
        },
      },
    },
    {
      body: {
        name: 'up',
        hash_on: 'header',
        hash_on_header: 'x-a',
        hash_fallback: 'header',
        hash_fallback_header: 'x-b',
      },
    },
    { body: { name: 'up', hash_on: 'cookie', hash_on_cookie: 'c', hash_on_cookie_path: '/x' } },
    { body: { name: 'up', hash_on: 'query_arg', hash_on_query_arg: 'q', hash_fallback: 'ip' } },
    { body: { name: 'up', algorithm: 'sticky-sessions', sticky_sessions_cookie: 's' } },
  ],
  refused: [
    { body: {}, detail: entity("missing properties: 'name'") },
    { body: { name: '' }, detail: { field: 'name' } },
    { body: { name: 'a b' }, detail: { field: 'name' } },
    { body: { name: 'up', slots: 9 }, detail: { field: 'slots', messages: ['must be >= 10 but found 9'] } },
    { body: { name: 'up', slots: 65_537 }, detail: { field: 'slots' } },
    { body: { name: 'up', algorithm: 'random' }, detail: { field: 'algorithm' } },
    { body: { name: 'up', host_header: 'a b' }, detail: { field: 'host_header' } },
    { body: { name: 'up', healthchecks: { active: { timeot: 1 } } }, detail: { field: 'healthchecks.active' } },
    {
      body: { name: 'up', healthchecks: { passive: { unhealthy: { http_statuses: [500, 1000] } } } },
      detail: { field: 'healthchecks.passive.unhealthy.http_statuses[1]', messages: ['must be <= 999 but found 1000'] },
    },
    { body: { name: 'up', healthchecks: { threshold: 101 } }, detail: { field: 'healthchecks.threshold' } },
    {
      body: { name: 'up', hash_on: 'header' },
      detail: entity("when 'hash_on' is set to 'header', 'hash_on_header' must be set"),
    },
    {
      body: { name: 'up', hash_on: 'ip', hash_fallback: 'uri_capture' },
      detail: entity("when 'hash_fallback' is set to 'uri_capture', 'hash_fallback_uri_capture' must be set"),
    },
    {
      body: { name: 'up', hash_on: 'ip', hash_fallback: 'cookie' },
      detail: entity("when 'hash_on' or 'hash_fallback' is set to 'cookie', 'hash_on_cookie' must be set"),
    },
    {
      body: { name: 'up', hash_fallback: 'ip' },
      detail: entity("when 'hash_on' is set to 'none', 'hash_fallback' must be set to 'none'"),
    },
    {
      body: { name: 'up', hash_on: 'ip', hash_fallback: 'ip' },
      detail: entity(
        "when 'hash_on' is set to 'ip', 'hash_fallback' must be set to one of 'none', 'consumer', 'header', 'cookie', 'path', 'query_arg', 'uri_capture'",
      ),
    },
    {
      body: {
        name: 'up',
        hash_on: 'header',
        hash_on_header: 'x-a',
        hash_fallback: 'header',
        hash_fallback_header: 'x-a',
      },
      detail: entity("'hash_fallback_header' must not be equal to 'hash_on_header'"),
    },
    {
      body: { name: 'up', algorithm: 'sticky-sessions' },
      detail: entity("when 'algorithm' is set to 'sticky-sessions', 'sticky_sessions_cookie' must be set"),
    },
  ],
  clashes: [
    { first: { name: 'up' }, second: { name: 'up' }, message: 'name (type: unique) constraint failed' },
    {
      first: { name: 'up' },
      second: { name: 'up-2', client_certificate: { id: ids.missing } },
      message: 'client_certificate.id (type: foreign) constraint failed',
    },
  ],
});
