import { beforeAll, describe, expect, it } from 'vitest';
import { lanes } from '../../lib/kinds/define.ts';
import { tools } from '../../lib/tools.ts';
import { type Packaged, packageFunctions } from './packaged.ts';
import { isAllowed, statementsOf, statementsOfRole } from './policies.ts';
import { roleOfTool, stack } from './resources.ts';
import { account, region, type Template } from './template.ts';

/* What a deployment becomes with parameters that are empty otherwise. */

const KmsKeyArn = `arn:aws:kms:${region}:${account}:key/0f1e2d3c-aaaa-bbbb-cccc-000000000001`;
const PermissionsBoundaryArn = `arn:aws:iam::${account}:policy/boundary`;
const network = { SubnetIds: 'subnet-0123abcd,subnet-0123abce', SecurityGroupIds: 'sg-0123abcd' };

let packaged: Packaged;
beforeAll(async () => {
  packaged = await packageFunctions();
}, 120_000);

const propertiesOf = (template: Template, type: string) =>
  Object.values(template.of(type)).map(({ properties }) => properties);
const rolesOf = (template: Template): readonly string[] => Object.keys(template.of('AWS::IAM::Role'));

describe('a key of the account', () => {
  it('encrypts queues and logs in place of those of AWS', () => {
    const template = packaged.templateWith({ KmsKeyArn });
    for (const queue of propertiesOf(template, 'AWS::SQS::Queue')) {
      expect(queue).toMatchObject({ KmsMasterKeyId: KmsKeyArn });
      expect(queue).not.toHaveProperty('SqsManagedSseEnabled');
    }
    for (const group of propertiesOf(template, 'AWS::Logs::LogGroup'))
      expect(group).toMatchObject({ KmsKeyId: KmsKeyArn });
    for (const queue of propertiesOf(packaged.template, 'AWS::SQS::Queue')) {
      expect(queue).toMatchObject({ SqsManagedSseEnabled: true });
      expect(queue).not.toHaveProperty('KmsMasterKeyId');
    }
    for (const group of propertiesOf(packaged.template, 'AWS::Logs::LogGroup'))
      expect(group).not.toHaveProperty('KmsKeyId');
  });

  it('is told to the functions, for the tokens', () => {
    for (const { Environment } of propertiesOf(packaged.templateWith({ KmsKeyArn }), 'AWS::Lambda::Function'))
      expect(Environment).toMatchObject({ Variables: { TOKEN_KMS_KEY_ARN: KmsKeyArn } });
  });

  it('may be used by functions, forwarder, schedule and operators, and no other key may', () => {
    const template = packaged.templateWith({ KmsKeyArn });
    const managed = ['EventSenderPolicy', 'OperatorPolicy'].map((id) =>
      statementsOf(template.resources[id]?.properties['PolicyDocument']),
    );
    for (const statements of [...rolesOf(template).map((role) => statementsOfRole(template, role)), ...managed])
      for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
        expect(isAllowed(statements, { action, resource: KmsKeyArn })).toBe(true);
        expect(isAllowed(statements, { action, resource: KmsKeyArn.replace('1', '2') })).toBe(false);
        expect(isAllowed(statements, { action: 'kms:CreateGrant', resource: KmsKeyArn })).toBe(false);
      }
    expect(packaged.text.match(/"kms:[^"]+"/g)?.every((one) => /GenerateDataKey|Decrypt/.test(one))).toBe(true);
    for (const role of rolesOf(packaged.template))
      expect(JSON.stringify(statementsOfRole(packaged.template, role))).not.toContain('kms:');
  });
});

describe('subnets', () => {
  it('hold every function, and none without them', () => {
    const VpcConfig = { SubnetIds: network.SubnetIds.split(','), SecurityGroupIds: [network.SecurityGroupIds] };
    for (const one of propertiesOf(packaged.templateWith(network), 'AWS::Lambda::Function'))
      expect(one).toMatchObject({ VpcConfig });
    for (const one of propertiesOf(packaged.template, 'AWS::Lambda::Function'))
      expect(one).not.toHaveProperty('VpcConfig');
    expect(packaged.template.resources).not.toHaveProperty('NetworkPolicy');
  });

  it('let Lambda connect the functions, and the functions themselves do nothing there', () => {
    const template = packaged.templateWith(network);
    const roles = [
      ...lanes.map((lane) => statementsOfRole(template, roleOf(template, lane))),
      ...tools.map((tool) => statementsOfRole(template, roleOfTool(tool))),
    ];
    const open = statementsOf(template.resources['NetworkPolicy']?.properties['PolicyDocument']);
    expect(open.map(({ Effect, Resource }) => `${Effect} ${Resource}`)).toEqual([
      `Allow arn:aws:ec2:${region}:${account}:*/*`,
      'Allow *',
      'Deny *',
    ]);
    const resource = `arn:aws:ec2:${region}:${account}:network-interface/eni-1`;
    const context = { 'lambda:SourceFunctionArn': `arn:aws:lambda:${region}:${account}:function:${stack}-replay` };
    for (const statements of roles) {
      for (const action of ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface']) {
        expect(isAllowed(statements, { action, resource })).toBe(true);
        expect(isAllowed(statements, { action, resource, context })).toBe(false);
      }
      expect(isAllowed(statements, { action: 'ec2:RunInstances', resource })).toBe(false);
    }
  });

  it('and security groups come together', () => {
    const { Rules } = JSON.parse(packaged.text) as { readonly Rules: unknown };
    expect(Rules).toEqual({
      SubnetsNeedSecurityGroups: rule('SubnetIds', 'SecurityGroupIds', /^subnetIds is given, so securityGroupIds/),
      SecurityGroupsNeedSubnets: rule('SecurityGroupIds', 'SubnetIds', /^securityGroupIds is given, so subnetIds/),
    });
  });
});

describe('others', () => {
  it('a boundary is that of every role', () => {
    const template = packaged.templateWith({ PermissionsBoundaryArn });
    for (const role of propertiesOf(template, 'AWS::IAM::Role'))
      expect(role).toMatchObject({ PermissionsBoundary: PermissionsBoundaryArn });
    for (const role of propertiesOf(packaged.template, 'AWS::IAM::Role'))
      expect(role).not.toHaveProperty('PermissionsBoundary');
  });

  it('an address gets the alarms', () => {
    const template = packaged.templateWith({ AlarmEmail: 'ops@example.com' });
    expect(propertiesOf(template, 'AWS::SNS::Subscription')).toMatchObject([
      { Protocol: 'email', Endpoint: 'ops@example.com', TopicArn: template.outputs['AlarmTopicArn'] },
    ]);
    expect(propertiesOf(packaged.template, 'AWS::SNS::Subscription')).toEqual([]);
  });

  it('the schedule is what they say', () => {
    const template = packaged.templateWith({
      DriftRate: 'cron(0 3 * * ? *)',
      DriftMode: 'report',
      DriftEnabled: 'false',
    });
    expect(propertiesOf(template, 'AWS::Scheduler::Schedule')).toMatchObject([
      { ScheduleExpression: 'cron(0 3 * * ? *)', State: 'DISABLED', Target: { Input: '{"mode":"report"}' } },
    ]);
  });
});

it.each([
  {
    name: 'DriftRate',
    taken: ['rate(1 hour)', 'rate(15 minutes)', 'cron(0 3 * * ? *)'],
    refused: ['hourly', 'rate(0 hours)', 'rate(1 week)', ''],
  },
  { name: 'AlarmEmail', taken: ['', 'ops@example.com'], refused: ['ops', 'a@b.c,d@e.f', 'ops@example'] },
  {
    name: 'KmsKeyArn',
    taken: ['', KmsKeyArn],
    refused: ['alias/mine', `arn:aws:kms:${region}:${account}:alias/mine`, '*'],
  },
  {
    name: 'SubnetIds',
    taken: ['', network.SubnetIds],
    refused: ['subnet-1', 'subnet-0123abcd, subnet-0123abce', 'sg-0123abcd'],
  },
  {
    name: 'SecurityGroupIds',
    taken: ['', network.SecurityGroupIds],
    refused: ['sg-1', 'subnet-0123abcd', 'sg-0123abcd,'],
  },
  {
    name: 'PermissionsBoundaryArn',
    taken: ['', PermissionsBoundaryArn, 'arn:aws:iam::aws:policy/PowerUserAccess'],
    refused: ['boundary', `arn:aws:iam::${account}:role/x`],
  },
])('$name is checked, and says what it takes', ({ name, taken, refused }) => {
  const { AllowedPattern, ConstraintDescription, Description } = packaged.template.parameters[name] ?? {};
  const pattern = new RegExp(`^(?:${String(AllowedPattern)})$`);
  for (const value of taken) expect(value).toMatch(pattern);
  for (const value of refused) expect(value).not.toMatch(pattern);
  expect(ConstraintDescription).toEqual(expect.any(String));
  expect(Description).toEqual(expect.any(String));
});

function rule(one: string, other: string, says: RegExp): unknown {
  const isGiven = (parameter: string) => ({ 'Fn::Not': [{ 'Fn::Equals': [{ Ref: parameter }, ''] }] });
  return {
    RuleCondition: isGiven(one),
    Assertions: [{ Assert: isGiven(other), AssertDescription: expect.stringMatching(says) }],
  };
}

function roleOf(template: Template, lane: string): string {
  const name = `${stack}-reconcile-${lane}`;
  const found = propertiesOf(template, 'AWS::Lambda::Function').find(({ FunctionName }) => FunctionName === name);
  return String(found?.['Role']).split('/').at(-1) ?? '';
}
