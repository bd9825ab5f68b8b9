import { beforeAll, describe, expect, it } from 'vitest';
import { settings } from '../infra/aws/settings.ts';
import { queueUrlVariable, readConfig } from '../lib/config.ts';
import { maxAttempts } from '../lib/events/backoff.ts';
import { reserveMilliseconds } from '../lib/events/batch.ts';
import { queueUrlsOf } from '../lib/events/queues.ts';
import { type Lane, lanes } from '../lib/kinds/define.ts';
import { functionNames, startFunctions } from './package/osls.ts';
import { type Packaged, packageFunctions } from './package/packaged.ts';
import { applies, statementsOf } from './package/policies.ts';
import { account, region } from './package/template.ts';

const stack = 'konnect-reconciler-dev';
const queueUrl = (queue: string): string => `https://sqs.${region}.amazonaws.com/${account}/${stack}-${queue}.fifo`;
const queueArn = (queue: string): string => `arn:aws:sqs:${region}:${account}:${stack}-${queue}.fifo`;
const queueUrls = Object.fromEntries(lanes.map((lane) => [lane, queueUrl(lane)]));

let packaged: Packaged;
beforeAll(async () => {
  packaged = await packageFunctions();
}, 120_000);

/** The properties of all resources of a type that have this value there. */
function propertiesOf(type: string, field: string, value: string): readonly Readonly<Record<string, unknown>>[] {
  const all = Object.values(packaged.template.of(type)).map(({ properties }) => properties);
  return all.filter((properties) => properties[field] === value);
}

function environmentOf(lane: Lane): Readonly<Record<string, string>> {
  const [found] = propertiesOf('AWS::Lambda::Function', 'FunctionName', `${stack}-reconcile-${lane}`);
  const { Variables } = (found?.['Environment'] ?? {}) as { readonly Variables?: Readonly<Record<string, string>> };
  return Variables ?? {};
}

describe('what is deployed', () => {
  it('is every function that there is, one for each lane among them, and each archive is its bundle alone', () => {
    const functions = Object.values(packaged.template.of('AWS::Lambda::Function'));
    const deployed = functions.map(({ properties }) => properties['FunctionName']);
    expect(deployed.toSorted()).toEqual(functionNames.map((name) => `${stack}-${name}`).toSorted());
    expect(functionNames).toEqual(expect.arrayContaining(lanes.map((lane) => `reconcile-${lane}`)));
    for (const name of functionNames) expect(packaged.archives[name]).toEqual([`dist/functions/${name}/index.mjs`]);
  });

  it.each(lanes)('%s: a function as Lambda has to run it', (lane) => {
    const name = `reconcile-${lane}`;
    const [found] = propertiesOf('AWS::Lambda::Function', 'FunctionName', `${stack}-${name}`);
    expect(found).toMatchObject({
      Handler: `dist/functions/${name}/index.handler`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: settings.functionTimeoutSeconds,
      MemorySize: settings.memoryMb,
    });
    expect(propertiesOf('AWS::Logs::LogGroup', 'LogGroupName', `/aws/lambda/${stack}-${name}`)).toMatchObject([
      { RetentionInDays: 30 },
    ]);
  });

  it.each(lanes)('%s: its queue feeds the function, and failed records alone come back', (lane) => {
    const mappings = propertiesOf('AWS::Lambda::EventSourceMapping', 'EventSourceArn', queueArn(lane));
    expect(mappings).toEqual([
      {
        EventSourceArn: queueArn(lane),
        FunctionName: `arn:aws:lambda:${region}:${account}:function:${stack}-reconcile-${lane}`,
        Enabled: true,
        BatchSize: settings.batchSize,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency },
      },
    ]);
  });

  it.each(lanes)('%s: queues for high throughput that give an event up only after the function has', (lane) => {
    const fifo = {
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    };
    expect(propertiesOf('AWS::SQS::Queue', 'QueueName', `${stack}-${lane}.fifo`)).toEqual([
      {
        ...fifo,
        QueueName: `${stack}-${lane}.fifo`,
        VisibilityTimeout: 6 * settings.functionTimeoutSeconds,
        RedrivePolicy: { deadLetterTargetArn: queueArn(`${lane}-dead`), maxReceiveCount: maxAttempts + 2 },
      },
    ]);
    expect(propertiesOf('AWS::SQS::Queue', 'QueueName', `${stack}-${lane}-dead.fifo`)).toEqual([
      {
        ...fifo,
        QueueName: `${stack}-${lane}-dead.fifo`,
        RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [queueArn(lane)] },
      },
    ]);
  });

  it.each(lanes.flatMap((lane) => [lane, `${lane}-dead`]))('queue %s: nothing without TLS', (queue) => {
    const policies = Object.values(packaged.template.of('AWS::SQS::QueuePolicy'))
      .filter(({ properties }) => [properties['Queues']].flat().includes(queueUrl(queue)))
      .flatMap(({ properties }) => statementsOf(properties['PolicyDocument']));
    const sent = (secure: string) => ({
      action: 'sqs:SendMessage',
      resource: queueArn(queue),
      context: { 'aws:SecureTransport': secure },
    });
    expect(policies).toMatchObject([{ Effect: 'Deny', Principal: '*' }]);
    expect(policies.map((policy) => applies(policy, sent('false')))).toEqual([true]);
    expect(policies.map((policy) => applies(policy, sent('true')))).toEqual([false]);
  });

  it('leaves a function the time that it reserves for one more reconcile', () => {
    expect(settings.functionTimeoutSeconds * 1000).toBeGreaterThan(2 * reserveMilliseconds);
  });
});

describe('what a function is told', () => {
  it.each(lanes)('%s: every variable that it reads', (lane) => {
    expect(readConfig(environmentOf(lane))).toEqual({
      queueUrls,
      deadLetterQueueUrl: queueUrl(`${lane}-dead`),
      tokenSecretPrefix: stack,
      tokenKmsKeyArn: undefined,
      clusterSecretPrefix: `${stack}-clusters/${lane}`,
      allowedHosts: [],
      konnectEndpointURL: undefined,
      logLevel: 'INFO',
      metricsNamespace: stack,
    });
  });

  it('is enough to start, and without it a function says what is missing', async () => {
    const lambda = (name: string) => ({ AWS_REGION: region, AWS_LAMBDA_FUNCTION_NAME: name });
    const said = await startFunctions(
      lanes.flatMap((lane) => {
        const name = `reconcile-${lane}`;
        return [
          { name, environment: lambda(name) },
          { name, environment: { ...lambda(name), ...environmentOf(lane) } },
        ];
      }),
    );
    const missing = ['DEAD_LETTER_QUEUE_URL', ...lanes.map(queueUrlVariable)].join(', ');
    const refused = `the function's environment variables are wrong: ${missing} missing`;
    expect(said).toEqual(lanes.flatMap(() => [refused, 'handler is a function']));
  });
});

describe('what an operator is asked and told', () => {
  const parameterCases = [
    { name: 'TokenSecretPrefix', taken: ['a', 'team/konnect'], refused: ['', '/a', 'a/', 'a//b', 'a*', 'a?', '$a'] },
    { name: 'ClusterSecretPrefix', taken: ['a', 'team/clusters'], refused: ['', '/a', 'a/', 'a*'] },
    {
      name: 'KonnectAllowedHosts',
      taken: ['', 'konnect.example.com', 'a.example:8443, b.example'],
      refused: ['https://a.example', 'a.example,', 'a.example/b', '*'],
    },
  ];

  it.each(parameterCases)('$name is checked', ({ name, taken, refused }) => {
    const { AllowedPattern, Default } = packaged.template.parameters[name] ?? {};
    // CloudFormation compares the pattern with the whole value.
    const pattern = new RegExp(`^(?:${String(AllowedPattern)})$`);
    for (const value of [...taken, String(Default)]) expect(value).toMatch(pattern);
    for (const value of refused) expect(value).not.toMatch(pattern);
  });

  it('has room for every lane behind the longest prefixes', () => {
    const longest = (name: string): string => 'p'.repeat(Number(packaged.template.parameters[name]?.['MaxLength']));
    for (const lane of lanes) {
      const variables = {
        ...environmentOf(lane),
        TOKEN_SECRET_PREFIX: longest('TokenSecretPrefix'),
        CLUSTER_SECRET_PREFIX: `${longest('ClusterSecretPrefix')}/${lane}`,
      };
      expect(readConfig(variables)).toMatchObject({ tokenSecretPrefix: variables.TOKEN_SECRET_PREFIX });
    }
  });

  it('learns the URL of every queue, and the prefix from which a forwarder makes them', () => {
    const values = Object.values(packaged.template.outputs);
    for (const lane of lanes)
      expect(values).toEqual(expect.arrayContaining([queueUrl(lane), queueUrl(`${lane}-dead`)]));
    expect(queueUrlsOf(String(packaged.template.outputs['QueueUrlPrefix']))).toEqual(queueUrls);
  });
});
