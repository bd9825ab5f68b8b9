/** The forwarder's metrics, in the order in which they are printed. */
const descriptions = {
  forwarder_events_sent_total: ['counter', 'Events that SQS took.'],
  forwarder_send_failures_total: ['counter', 'Events that SQS did not take at one attempt; they are sent again.'],
  forwarder_last_sent_timestamp_seconds: ['gauge', 'When SQS last took an event.'],
  forwarder_outbox_events: ['gauge', 'Events that wait to be sent.'],
  forwarder_objects: ['gauge', 'Objects that are watched.'],
  forwarder_watch_restarts_total: ['counter', 'Watches that began anew, by reason.'],
  forwarder_unreadable_objects_total: ['counter', 'Objects that could not be evaluated; each is logged.'],
  forwarder_ready: ['gauge', '1 where everything was listed once and SQS takes events.'],
} as const satisfies Record<string, readonly ['counter' | 'gauge', string]>;

export type MetricName = keyof typeof descriptions;
export type Labels = Readonly<Record<string, string>>;

export interface Metrics {
  /** Adds to a counter. */
  count(name: MetricName, labels?: Labels, by?: number): void;
  /** Sets a gauge. */
  set(name: MetricName, labels: Labels, value: number): void;
}

/** Metrics in memory and their Prometheus text (exposition format 0.0.4). Labels must come from closed sets. */
export function createMetrics(): Metrics & { text(): string } {
  const values = new Map<MetricName, Map<string, number>>();

  function series(name: MetricName): Map<string, number> {
    const present = values.get(name) ?? new Map<string, number>();
    values.set(name, present);
    return present;
  }

  return {
    count(name, labels = {}, by = 1) {
      const key = labelText(labels);
      series(name).set(key, (series(name).get(key) ?? 0) + by);
    },
    set(name, labels, value) {
      series(name).set(labelText(labels), value);
    },
    text() {
      const names = Object.keys(descriptions) as MetricName[];
      const lines = names.flatMap((name) => {
        const [type, help] = descriptions[name];
        const samples = [...(values.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
        return [
          `# HELP konnect_reconciler_${name} ${help}`,
          `# TYPE konnect_reconciler_${name} ${type}`,
          ...samples.map(([labels, value]) => `konnect_reconciler_${name}${labels} ${value}`),
        ];
      });
      return `${lines.join('\n')}\n`;
    },
  };
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
