import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Config } from './config.ts';
import type { DriftReport } from './drift/report.ts';
import type { Log } from './engine/ports.ts';
import type { Verdict } from './engine/verdict.ts';
import type { CallReport } from './konnect/client.ts';

/** JSON logs with constant messages, and CloudWatch metrics in the embedded format; both go to standard output. */
export interface Telemetry {
  readonly log: Log;
  readonly logger: Logger;
  readonly metrics: Metrics;
  konnectCall(report: CallReport): void;
  verdict(kind: string, verdict: Verdict): void;
  /** Counts what a drift check found and looked at, by kind, and what it could not look at. */
  drift(report: DriftReport): void;
  /** Writes the verdicts since the last time: one line for each kind and verdict, not one for each object. */
  flush(): void;
}

export function createTelemetry(
  service: string,
  { logLevel, metricsNamespace }: Pick<Config, 'logLevel' | 'metricsNamespace'>,
): Telemetry {
  const logger = new Logger({ serviceName: service, logLevel });
  const metrics = new Metrics({ namespace: metricsNamespace, serviceName: service });
  const verdicts = new Map<string, { readonly kind: string; readonly verdict: Verdict['is']; count: number }>();
  const log: Log = {
    debug: (message, fields = {}) => logger.debug(message, fields),
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
  const count = (name: string, value: number, dimensions: Readonly<Record<string, string>>): void => {
    const single = metrics.singleMetric();
    single.addDimensions(dimensions);
    single.addMetric(name, MetricUnit.Count, value);
  };
  return {
    log,
    logger,
    metrics,
    konnectCall({ operation, milliseconds, status, failure }) {
      log.debug('konnect called', { operation, milliseconds, status, failure });
      metrics.addMetric('KonnectCalls', MetricUnit.Count, 1);
      metrics.addMetric('KonnectLatency', MetricUnit.Milliseconds, milliseconds);
      if (failure === 'rate-limited') metrics.addMetric('KonnectThrottles', MetricUnit.Count, 1);
      if (failure === 'unauthenticated') metrics.addMetric('TokenRefusals', MetricUnit.Count, 1);
    },
    verdict(kind, { is }) {
      const counted = verdicts.get(`${kind}/${is}`) ?? { kind, verdict: is, count: 0 };
      counted.count += 1;
      verdicts.set(`${kind}/${is}`, counted);
    },
    drift({ counts, countsByKind, checked, problems }) {
      for (const [kind, ofKind] of Object.entries(countsByKind))
        for (const [found, value] of Object.entries(ofKind)) count('DriftFindings', value, { kind, class: found });
      // An alarm adds up what it knows by name, and at most ten of them: so not the kinds.
      for (const [found, value] of Object.entries(counts)) count('DriftFindings', value, { class: found });
      for (const [kind, parts] of Map.groupBy(checked, (part) => part.kind)) {
        const objects = parts.reduce((sum, part) => sum + part.objects, 0);
        count('DriftObjects', objects, { kind });
      }
      metrics.addMetric('DriftProblems', MetricUnit.Count, problems.length);
    },
    flush() {
      for (const { kind, verdict, count: value } of verdicts.values()) count('Reconciles', value, { kind, verdict });
      for (const [verdict, some] of Map.groupBy(verdicts.values(), (one) => one.verdict))
        count(
          'Reconciles',
          some.reduce((sum, one) => sum + one.count, 0),
          { verdict },
        );
      verdicts.clear();
    },
  };
}
