import { decimal, flag, int64, list, object, optional, stringMap, text } from '../schema.ts';

/* How targets are found healthy or not: by probes (active), and by how proxied requests fare (passive). */

const probeType = 'What is looked at: tcp, http, https, grpc or grpcs.';

function statuses(description: string) {
  return list(description, int64('One HTTP status.'));
}

export function healthChecks() {
  const succeeding = {
    http_statuses: optional(statuses('HTTP statuses that count as a success.')),
    successes: optional(int64('After how many successes a target is healthy; 0 turns this off.')),
  };

  const failing = {
    http_statuses: optional(statuses('HTTP statuses that count as a failure.')),
    http_failures: optional(int64('After how many HTTP failures a target is not healthy; 0 turns this off.')),
    tcp_failures: optional(int64('After how many failed connections a target is not healthy; 0 turns this off.')),
    timeouts: optional(int64('After how many timeouts a target is not healthy; 0 turns this off.')),
  };

  const active = object('Checks by probes that data planes send.', {
    type: optional(text(probeType)),
    http_path: optional(text('Path that HTTP probes ask for.')),
    headers: optional(stringMap('Headers of HTTP probes.')),
    https_sni: optional(text('Server name that HTTPS probes ask for.')),
    https_verify_certificate: optional(flag('Whether HTTPS probes check the certificate.')),
    concurrency: optional(int64('How many targets are probed at a time.')),
    timeout: optional(decimal('How long a probe may take, in seconds.')),
    healthy: optional(
      object('When a target becomes healthy.', {
        interval: optional(decimal('Time between two probes of a healthy target, in seconds; 0 turns them off.')),
        ...succeeding,
      }),
    ),
    unhealthy: optional(
      object('When a target stops being healthy.', {
        interval: optional(decimal('Time between two probes of an unhealthy target, in seconds; 0 turns them off.')),
        ...failing,
      }),
    ),
  });

  const passive = object('Checks by the requests that are proxied.', {
    type: optional(text(probeType)),
    healthy: optional(object('When a target becomes healthy.', succeeding)),
    unhealthy: optional(object('When a target stops being healthy.', failing)),
  });

  return object('How targets are found healthy or not.', {
    active: optional(active),
    passive: optional(passive),
    threshold: optional(
      decimal('Share of the weight, in percent, that must be healthy for the upstream to be; 0 turns this off.'),
    ),
  });
}
