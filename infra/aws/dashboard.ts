import type { Resource } from './alarm.ts';
import { alarmNames } from './alarms.ts';
import {
  deadLetterQueues,
  driftFindings,
  type Metric,
  ofFunction,
  ofKonnect,
  ofQueue,
  own,
  ownNamespace,
  queueNames,
  stack,
} from './metrics.ts';
import { functionNames } from './names.ts';

/** A graph: metrics, or searches for those whose names are not known here. */
interface Graph {
  readonly title: string;
  readonly statistic: string;
  readonly metrics: readonly Metric[];
  readonly searches?: readonly string[];
  readonly isStacked?: true;
}

const graphs: readonly Graph[] = [
  {
    title: 'Messages that wait',
    statistic: 'Maximum',
    metrics: queueNames.map((name) => ofQueue(`${name}.fifo`, 'ApproximateNumberOfMessagesVisible')),
  },
  {
    title: 'Age of the oldest message, seconds',
    statistic: 'Maximum',
    metrics: queueNames.map((name) => ofQueue(`${name}.fifo`, 'ApproximateAgeOfOldestMessage')),
  },
  {
    title: 'Dead letters',
    statistic: 'Maximum',
    metrics: Object.values(deadLetterQueues).map((queue) => ofQueue(queue, 'ApproximateNumberOfMessagesVisible')),
  },
  {
    title: 'Verdicts by kind',
    statistic: 'Sum',
    metrics: [],
    searches: [`SEARCH('{"${ownNamespace}","service","kind","verdict"} MetricName="Reconciles"', 'Sum')`],
    isStacked: true,
  },
  { title: 'Calls to Konnect', statistic: 'Sum', metrics: ofKonnect('KonnectCalls'), isStacked: true },
  { title: 'Latency of Konnect, ms, p90', statistic: 'p90', metrics: ofKonnect('KonnectLatency') },
  {
    title: 'Calls that Konnect refused: too many (429), or the token (401)',
    statistic: 'Sum',
    metrics: [...ofKonnect('KonnectThrottles'), ...ofKonnect('TokenRefusals')],
  },
  {
    title: 'Drift by class, and what could not be looked at',
    statistic: 'Sum',
    metrics: [...driftFindings, own('drift-check', 'DriftProblems')],
  },
  { title: 'Duration, ms, p90', statistic: 'p90', metrics: functionNames.map((name) => ofFunction(name, 'Duration')) },
  {
    title: 'Errors and throttles',
    statistic: 'Sum',
    metrics: functionNames.flatMap((name) => [ofFunction(name, 'Errors'), ofFunction(name, 'Throttles')]),
  },
  {
    title: 'Invocations at a time',
    statistic: 'Maximum',
    metrics: functionNames.map((name) => ofFunction(name, 'ConcurrentExecutions')),
  },
];

const columns = 3;
const width = 24 / columns;
const height = 6;
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is CloudFormation's template
const region = '${AWS::Region}';

/** The dashboard's body; `${…}` in it is CloudFormation's. */
export const dashboardBody = {
  widgets: [
    {
      type: 'alarm',
      ...{ x: 0, y: 0, width: 24, height: 4 },
      properties: { title: 'Alarms', sortBy: 'stateUpdatedTimestamp', alarms: alarmNames.map(alarmArn) },
    },
    ...graphs.map((graph, index) => ({
      type: 'metric',
      ...{ x: (index % columns) * width, y: 4 + Math.floor(index / columns) * height, width, height },
      properties: {
        title: graph.title,
        region,
        view: 'timeSeries',
        stat: graph.statistic,
        period: 300,
        ...(graph.isStacked ? { stacked: true } : {}),
        metrics: [...graph.metrics.map(lineOf), ...(graph.searches ?? []).map((expression) => [{ expression }])],
      },
    })),
  ],
};

export const dashboard: Readonly<Record<string, Resource>> = {
  Dashboard: {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: {
      DashboardName: { 'Fn::Sub': stack },
      DashboardBody: { 'Fn::Sub': JSON.stringify(dashboardBody) },
    },
  },
};

function alarmArn(name: string): string {
  return `arn:\${AWS::Partition}:cloudwatch:${region}:\${AWS::AccountId}:alarm:${stack}-${name}`;
}

function lineOf({ namespace, name, dimensions }: Metric): readonly string[] {
  return [namespace, name, ...Object.entries(dimensions).flat()];
}
