import { beforeAll, describe, expect, it } from 'vitest';
import { settings } from '../../infra/aws/settings.ts';
import { readDriftConfig, readReplayConfig } from '../../lib/config.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { type Tool, tools } from '../../lib/tools.ts';
import { functionNames, startFunctions } from './osls.ts';
import { packageFunctions } from './packaged.ts';
import { isAllowed, statementsOfRole } from './policies.ts';
import { logs, queue, queueUrl, roleOfTool, secret, stack } from './resources.ts';
import { account, region, type Template } from './template.ts';

const deployed = tools.filter((tool) => functionNames.includes(tool));
const scheduleDead = `arn:aws:sqs:${region}:${account}:${stack}-schedule-dead`;
const dead = (lane: string): string => `${lane}-dead`;
const queueUrls = Object.fromEntries(lanes.map((lane) => [lane, queueUrl(lane)]));

let template: Template;
beforeAll(async () => {
  ({ template } = await packageFunctions());
}, 120_000);

function may(tool: Tool, action: string, resource: string): boolean {
  return isAllowed(statementsOfRole(template, roleOfTool(tool)), { action, resource });
}

function functionOf(tool: Tool): Readonly<Record<string, unknown>> {
  const all = Object.values(template.of('AWS::Lambda::Function')).map(({ properties }) => properties);
  return all.find(({ FunctionName }) => FunctionName === `${stack}-${tool}`) ?? {};
}

function environmentOf(tool: Tool): Readonly<Record<string, string>> {
  const { Variables } = functionOf(tool)['Environment'] as { readonly Variables: Readonly<Record<string, string>> };
  return Variables;
}

describe.each(tools)('%s', (tool) => {
  const others = [...lanes, ...tools].filter((other) => other !== tool);

  it('sends events to every lane, and works off none of their queues', () => {
    for (const lane of lanes) {
      expect(may(tool, 'sqs:SendMessage', queue(lane)), lane).toBe(true);
      for (const action of ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'PurgeQueue'])
        expect(may(tool, `sqs:${action}`, queue(lane)), `${action} ${lane}`).toBe(false);
      expect(may(tool, 'sqs:SendMessage', queue(dead(lane))), dead(lane)).toBe(false);
    }
  });

  it('finds the clusters that are registered for it, and reads those only', () => {
    expect(may(tool, 'secretsmanager:ListSecrets', '*')).toBe(true);
    expect(may(tool, 'secretsmanager:GetSecretValue', secret(`${stack}-clusters/${tool}/production`))).toBe(true);
    for (const other of others) {
      expect(may(tool, 'secretsmanager:GetSecretValue', secret(`${stack}-clusters/${other}/production`))).toBe(false);
    }
    expect(may(tool, 'secretsmanager:GetSecretValue', secret('database'))).toBe(false);
    for (const action of ['CreateSecret', 'PutSecretValue', 'DeleteSecret', 'TagResource'])
      expect(may(tool, `secretsmanager:${action}`, secret(`${stack}/production/default/konnect`))).toBe(false);
  });

  it('writes its own log', () => {
    const stream = (name: string) => `${logs}${stack}-${name}:log-stream:2026/01/01/[$LATEST]0`;
    expect(may(tool, 'logs:PutLogEvents', stream(tool))).toBe(true);
    for (const other of others) expect(may(tool, 'logs:PutLogEvents', stream(other))).toBe(false);
  });

  it('has a role that only Lambda takes', () => {
    expect(template.resources[roleOfTool(tool)]?.properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
  });
});

describe.each(deployed)('the function %s', (tool) => {
  it('has that role, and as much time as Lambda gives', () => {
    expect(functionOf(tool)).toMatchObject({
      Handler: `dist/functions/${tool}/index.handler`,
      Runtime: 'nodejs24.x',
      Timeout: 900,
      MemorySize: settings.memoryMb,
      Role: `arn:aws:iam::${account}:role/${roleOfTool(tool)}`,
    });
  });

  it('starts with what it is told, and without it says what is missing', async () => {
    const lambda = { AWS_REGION: region, AWS_LAMBDA_FUNCTION_NAME: tool };
    const said = await startFunctions([
      { name: tool, environment: lambda },
      { name: tool, environment: { ...lambda, ...environmentOf(tool) } },
    ]);
    expect(said).toEqual([
      expect.stringMatching(/^the function's environment variables are wrong: .*missing$/),
      'handler is a function',
    ]);
  });
});

describe('replay', () => {
  it('takes dead letters, and sees how long queues are', () => {
    for (const lane of lanes) {
      expect(may('replay', 'sqs:GetQueueAttributes', queue(lane))).toBe(true);
      for (const action of ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'])
        expect(may('replay', `sqs:${action}`, queue(dead(lane))), `${action} ${lane}`).toBe(true);
    }
  });

  it('has nothing to do with tokens and with the queue of drift checks', () => {
    expect(may('replay', 'secretsmanager:GetSecretValue', secret(`${stack}/production/default/konnect`))).toBe(false);
    expect(may('replay', 'sqs:SendMessage', queue('drift'))).toBe(false);
  });

  it('is told every variable that it reads, and is invoked by hand alone', () => {
    expect(readReplayConfig(environmentOf('replay'))).toEqual({
      queueUrls,
      deadLetterQueueUrls: Object.fromEntries(lanes.map((lane) => [lane, queueUrl(dead(lane))])),
      clusterSecretPrefix: `${stack}-clusters/replay`,
      logLevel: 'INFO',
      metricsNamespace: stack,
    });
    const sources = Object.values(template.of('AWS::Lambda::EventSourceMapping'));
    expect(sources.filter(({ properties }) => /-replay$/.test(String(properties['FunctionName'])))).toEqual([]);
  });
});

describe('drift-check', () => {
  it('reads tokens, and works off the queue that it fills', () => {
    for (const action of ['GetSecretValue', 'DescribeSecret'])
      expect(may('drift-check', `secretsmanager:${action}`, secret(`${stack}/production/default/konnect`))).toBe(true);
    const own = ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
    for (const action of own) expect(may('drift-check', `sqs:${action}`, queue('drift')), action).toBe(true);
    for (const lane of lanes) expect(may('drift-check', 'sqs:ReceiveMessage', queue(dead(lane))), lane).toBe(false);
  });

  it('has a queue that gives nothing out again while it is worked on, and keeps nothing that later runs have looked at', () => {
    const queues = Object.values(template.of('AWS::SQS::Queue')).map(({ properties }) => properties);
    const named = (name: string) => queues.find(({ QueueName }) => QueueName === `${stack}-${name}.fifo`);
    expect(named('drift')).toMatchObject({
      FifoQueue: true,
      VisibilityTimeout: 5_400,
      MessageRetentionPeriod: 14_400,
      RedrivePolicy: { deadLetterTargetArn: queue('drift-dead'), maxReceiveCount: 2 },
    });
    // What fails every time is a dead letter before it is too old, and waits there for somebody.
    expect(settings.driftQueue.visibilityTimeoutSeconds * settings.driftQueue.maxReceiveCount).toBeLessThan(14_400);
    expect(named('drift-dead')).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
    expect(Object.values(template.outputs)).toEqual(
      expect.arrayContaining([queueUrl('drift'), queueUrl('drift-dead')]),
    );
  });

  it('is invoked by the clock through a role that can do nothing else', () => {
    const { AssumeRolePolicyDocument, Policies } = template.resources['DriftScheduleRole']?.properties ?? {};
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
      ],
    });
    const Resource = `arn:aws:lambda:${region}:${account}:function:${stack}-drift-check`;
    const given = [
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: scheduleDead },
    ];
    expect(Policies).toMatchObject([{ PolicyDocument: { Statement: given } }]);
  });

  it.runIf(deployed.includes('drift-check'))('is told what it reads, and gets parts one by one, two at a time', () => {
    expect(readDriftConfig(environmentOf('drift-check'))).toMatchObject({
      queueUrls,
      driftQueueUrl: queueUrl('drift'),
      tokenSecretPrefix: stack,
      clusterSecretPrefix: `${stack}-clusters/drift-check`,
    });
    const mappings = Object.values(template.of('AWS::Lambda::EventSourceMapping')).map(({ properties }) => properties);
    expect(mappings.filter(({ EventSourceArn }) => EventSourceArn === queue('drift'))).toMatchObject([
      {
        BatchSize: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    ]);
  });

  it.runIf(deployed.includes('drift-check'))('runs every hour', () => {
    const schedules = Object.values(template.of('AWS::Scheduler::Schedule')).map(({ properties }) => properties);
    expect(schedules).toMatchObject([
      {
        ScheduleExpression: 'rate(1 hour)',
        State: 'ENABLED',
        Target: {
          Arn: `arn:aws:lambda:${region}:${account}:function:${stack}-drift-check`,
          RoleArn: `arn:aws:iam::${account}:role/DriftScheduleRole`,
          Input: '{"mode":"repair"}',
          DeadLetterConfig: { Arn: scheduleDead },
          RetryPolicy: { MaximumRetryAttempts: 5 },
        },
      },
    ]);
  });
});
