import { configuration, flag, type PluginSchema } from '../config-schema.ts';

export const prometheusPlugin: PluginSchema = {
  name: 'prometheus',
  never: ['consumer_group'],
  config: configuration({
    per_consumer: flag(false),
    status_code_metrics: flag(false),
    ai_metrics: flag(false),
    latency_metrics: flag(false),
    bandwidth_metrics: flag(false),
    upstream_health_metrics: flag(false),
    wasm_metrics: flag(false),
  }),
};
