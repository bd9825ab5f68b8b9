import { type Metric, stack } from './metrics.ts';

/** A resource of a CloudFormation template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The sections of docs/operations.md, which say what to do. */
export type Section =
  | 'dead-letters'
  | 'queue-age'
  | 'function-errors'
  | 'throttles'
  | 'konnect-rate-limit'
  | 'token'
  | 'drift';

export interface Alarm {
  /** Follows the stack's name. */
  readonly name: string;
  /** What has happened, and what to do. */
  readonly description: string;
  readonly section: Section;
  /** Several are added up. */
  readonly metrics: readonly Metric[];
  readonly statistic: 'Sum' | 'Maximum';
  readonly periodSeconds: number;
  /** It is raised where this many periods in a row are over the threshold; 1 unless given. */
  readonly periods?: number;
  /** 0 unless given. */
  readonly threshold?: number;
  /** What a period without data says. */
  readonly missing: 'notBreaching' | 'ignore';
  /** Whether it also tells that it is over. */
  readonly tellsEnd: boolean;
}

const topic = [{ Ref: 'AlarmTopic' }];

export function alarmResource(alarm: Alarm): Resource {
  const { name, description, section, periods = 1, threshold = 0, missing, tellsEnd } = alarm;
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: sub(`${stack}-${name}`),
      AlarmDescription: sub(`${description} See docs/operations.md#${section}.`),
      AlarmActions: topic,
      ...(tellsEnd ? { OKActions: topic } : {}),
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: threshold,
      EvaluationPeriods: periods,
      TreatMissingData: missing,
      ...measure(alarm),
    },
  };
}

function measure({ metrics, statistic, periodSeconds }: Alarm): Readonly<Record<string, unknown>> {
  const [only, ...others] = metrics;
  if (only !== undefined && others.length === 0) {
    return { ...metricFields(only), Statistic: statistic, Period: periodSeconds };
  }
  const each = metrics.map((metric, index) => ({
    Id: `m${index}`,
    MetricStat: { Metric: metricFields(metric), Stat: statistic, Period: periodSeconds },
    ReturnData: false,
  }));
  return { Metrics: [...each, { Id: 'total', Expression: 'SUM(METRICS())', Label: 'total', ReturnData: true }] };
}

function metricFields({ namespace, name, dimensions }: Metric) {
  const Dimensions = Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: sub(value) }));
  return { Namespace: sub(namespace), MetricName: name, Dimensions };
}

function sub(text: string): unknown {
  return text.includes('${') ? { 'Fn::Sub': text } : text;
}
