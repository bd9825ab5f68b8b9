import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { settings } from '../../infra/aws/settings.ts';
import { isRecord } from '../../lib/engine/objects.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { functionNames } from './osls.ts';
import { packageFunctions } from './packaged.ts';
import { stack } from './resources.ts';
import { account, region, type Template } from './template.ts';

const operations = join(import.meta.dirname, '..', '..', 'docs', 'operations.md');
const topic = `arn:aws:sns:${region}:${account}:AlarmTopic`;

let template: Template;
beforeAll(async () => {
  ({ template } = await packageFunctions());
}, 120_000);

type Fields = Readonly<Record<string, unknown>>;

function alarms(): readonly Fields[] {
  return Object.values(template.of('AWS::CloudWatch::Alarm')).map(({ properties }) => properties);
}

function alarm(name: string): Fields {
  return alarms().find(({ AlarmName }) => AlarmName === `${stack}-${name}`) ?? {};
}

/** Every metric that an alarm looks at, as namespace, name and dimensions. */
function metricsOf({ Metrics, ...single }: Fields): readonly Fields[] {
  const many = Array.isArray(Metrics) ? Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) : [single];
  return many.map(({ Namespace, MetricName, Dimensions }: Fields) => ({
    Namespace,
    MetricName,
    ...Object.fromEntries((Array.isArray(Dimensions) ? Dimensions : []).map(({ Name, Value }) => [Name, Value])),
  }));
}

/** What descriptions refer to, sorted. */
function sections(): readonly (string | undefined)[] {
  const found = alarms().map(({ AlarmDescription }) =>
    /^[A-Z].{40,400}\. See docs\/operations\.md#([a-z-]+)\.$/.exec(String(AlarmDescription))?.at(1),
  );
  return [...new Set(found)].sort();
}

describe('every alarm', () => {
  it('goes to the one topic, which people learn of', () => {
    for (const { AlarmActions } of alarms()) expect(AlarmActions).toEqual([topic]);
    expect(template.outputs['AlarmTopicArn']).toBe(topic);
    expect(Object.keys(template.of('AWS::SNS::Topic'))).toHaveLength(1);
  });

  it('says what to do and where to read on', () => {
    expect(sections()).toEqual(
      ['dead-letters', 'drift', 'function-errors', 'konnect-rate-limit', 'queue-age', 'throttles', 'token'].sort(),
    );
  });

  it.runIf(existsSync(operations))('finds its section there', () => {
    const headings = readFileSync(operations, 'utf8').match(/^#+ .*$/gm) ?? [];
    // As GitHub makes anchors of headings.
    const anchors = headings.map((heading) =>
      heading
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors).toEqual(expect.arrayContaining([...sections()]));
  });

  it('says what no data means', () => {
    for (const { AlarmName, TreatMissingData } of alarms()) {
      // A queue with dead letters falls silent after six hours: what was raised has to stay.
      const expected = String(AlarmName).includes('-dead-letters-') ? 'ignore' : 'notBreaching';
      expect(TreatMissingData, String(AlarmName)).toBe(expected);
    }
  });

  it('adds up ten metrics at most, which is all that CloudWatch takes', () => {
    for (const one of alarms()) expect(metricsOf(one).length).toBeLessThanOrEqual(10);
  });
});

describe('there is an alarm for', () => {
  it('every queue that something ends in, and no other', () => {
    const queues = Object.values(template.of('AWS::SQS::Queue')).map(({ properties }) =>
      String(properties['QueueName']),
    );
    const watched = alarms()
      .filter(({ AlarmName }) => String(AlarmName).includes('-dead-letters-'))
      .flatMap(metricsOf);
    expect(watched.map(({ QueueName }) => QueueName).sort()).toEqual(
      queues.filter((name) => /-dead(\.fifo)?$/.test(name)).sort(),
    );
    for (const { MetricName } of watched) expect(MetricName).toBe('ApproximateNumberOfMessagesVisible');
  });

  it.each(lanes)('old events of the lane %s', (lane) => {
    expect(metricsOf(alarm(`queue-age-${lane}`))).toEqual([
      { Namespace: 'AWS/SQS', MetricName: 'ApproximateAgeOfOldestMessage', QueueName: `${stack}-${lane}.fifo` },
    ]);
  });

  it('parts of drift checks that wait for longer than one that fails once', () => {
    const { Threshold, ...others } = alarm('queue-age-drift');
    expect(metricsOf(others)).toEqual([
      { Namespace: 'AWS/SQS', MetricName: 'ApproximateAgeOfOldestMessage', QueueName: `${stack}-drift.fifo` },
    ]);
    const { visibilityTimeoutSeconds, maxReceiveCount, retentionSeconds } = settings.driftQueue;
    expect(Threshold).toBeGreaterThan(visibilityTimeoutSeconds + settings.toolTimeoutSeconds);
    expect(Threshold).toBeLessThan(Math.min(visibilityTimeoutSeconds * maxReceiveCount, retentionSeconds));
  });

  it.each(functionNames)('errors and throttles of %s', (name) => {
    const metric = (MetricName: string) => ({
      Namespace: 'AWS/Lambda',
      MetricName,
      FunctionName: `${stack}-${name}`,
    });
    expect(metricsOf(alarm(`errors-${name}`))).toEqual([metric('Errors')]);
    expect(metricsOf(alarm(`throttles-${name}`))).toEqual([metric('Throttles')]);
  });

  it('what our own metrics tell, in the namespace that the functions are told', () => {
    const namespaces = Object.values(template.of('AWS::Lambda::Function')).map(({ properties }) => {
      const { Environment } = properties;
      const variables = isRecord(Environment) ? Environment['Variables'] : undefined;
      return isRecord(variables) ? variables['METRICS_NAMESPACE'] : undefined;
    });
    expect(new Set(namespaces)).toEqual(new Set([stack]));
    const told = ['konnect-rate-limit', 'token', 'drift-findings', 'drift-problems'].map((name) => [
      name,
      metricsOf(alarm(name)).map(({ Namespace, MetricName, service, ...others }) => {
        expect(Namespace).toBe(stack);
        return `${MetricName} ${service} ${Object.values(others).join()}`.trim();
      }),
    ]);
    const callers = [...lanes.map((lane) => `reconcile-${lane}`), 'drift-check'];
    expect(Object.fromEntries(told)).toEqual({
      'konnect-rate-limit': callers.map((name) => `KonnectThrottles ${name}`),
      token: [...callers.map((name) => `TokenRefusals ${name}`), 'Reconciles reconcile-auth terminal'],
      'drift-findings': ['missing', 'different', 'orphaned', 'stuck'].map((one) => `DriftFindings drift-check ${one}`),
      'drift-problems': ['DriftProblems drift-check'],
    });
  });
});

describe('the dashboard', () => {
  const widgets = (): readonly Fields[] => {
    const [found] = Object.values(template.of('AWS::CloudWatch::Dashboard'));
    const body: unknown = JSON.parse(String(found?.properties['DashboardBody']));
    return isRecord(body) && Array.isArray(body['widgets']) ? body['widgets'] : [];
  };

  it('shows every alarm that there is', () => {
    const [first] = widgets();
    const names = alarms().map(({ AlarmName }) => `arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`);
    expect(first).toMatchObject({ type: 'alarm', properties: { alarms: names } });
  });

  it('has every metric of an alarm in a graph', () => {
    const shown = widgets()
      .map(({ properties }) => JSON.stringify(properties))
      .join();
    const search = `SEARCH('{"${stack}","service","kind","verdict"} MetricName="Reconciles"', 'Sum')`;
    expect(shown).toContain(JSON.stringify([{ expression: search }]));
    for (const { Namespace, MetricName, ...dimensions } of alarms().flatMap(metricsOf)) {
      if (MetricName === 'Reconciles') continue;
      const line = JSON.stringify([Namespace, MetricName, ...Object.entries(dimensions).flat()]);
      expect(shown).toContain(line);
    }
  });

  it('lays out its parts without overlap, in this region', () => {
    const taken = new Set<string>();
    for (const { x, y, width, height, properties, type } of widgets()) {
      if (type === 'metric') expect(properties).toMatchObject({ region });
      for (let column = Number(x); column < Number(x) + Number(width); column += 1)
        for (let row = Number(y); row < Number(y) + Number(height); row += 1) {
          expect(taken.has(`${column} ${row}`)).toBe(false);
          expect(column).toBeLessThan(24);
          taken.add(`${column} ${row}`);
        }
    }
  });
});
