import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Lane, lanes } from '../../lib/kinds/define.ts';
import { namespacesTag } from '../../lib/tokens/reveal.ts';
import { readSources } from '../architecture/source.ts';
import { packageFunctions } from './osls.ts';
import { isAllowed, type Request, type Statement, statementsOf, statementsOfRole } from './policies.ts';
import { account, region, type Template } from './template.ts';

const stack = 'konnect-reconciler-dev';
const queue = (name: string): string => `arn:aws:sqs:${region}:${account}:${stack}-${name}.fifo`;
const secret = (name: string): string => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`;
const logStream = (lane: Lane): string =>
  `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${stack}-reconcile-${lane}:log-stream:2026/01/01/[$LATEST]0`;
const token = secret(`${stack}/production/default/konnect`);
const others = (lane: Lane): readonly Lane[] => lanes.filter((other) => other !== lane);

let template: Template;
let rights: Readonly<Record<string, readonly Statement[]>>;
beforeAll(async () => {
  ({ template } = await packageFunctions(lanes.map((lane) => `reconcile-${lane}`)));
  rights = Object.fromEntries(lanes.map((lane) => [lane, statementsOfRole(template, roleOf(lane))]));
}, 120_000);

function roleOf(lane: Lane): string {
  const found = Object.values(template.of('AWS::Lambda::Function')).find(
    ({ properties }) => properties['FunctionName'] === `${stack}-reconcile-${lane}`,
  );
  return String(found?.properties['Role']).split('/').at(-1) ?? '';
}

function may(lane: Lane, action: string, resource: string, context: Request['context'] = {}): boolean {
  return isAllowed(rights[lane] ?? [], { action, resource, context });
}

describe.each(lanes)('the function of the lane %s', (lane) => {
  it('has a role of its own, which only Lambda takes', () => {
    const roles = lanes.map(roleOf);
    expect(roles.filter((role) => role === roleOf(lane))).toHaveLength(1);
    expect(template.resources[roleOf(lane)]?.properties['AssumeRolePolicyDocument']).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
  });

  it.each(['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'])(
    'may %s at its own queue only',
    (action) => {
      expect(may(lane, `sqs:${action}`, queue(lane))).toBe(true);
      const foreign = [...others(lane), ...lanes.map((one) => `${one}-dead`)];
      for (const one of foreign) expect(may(lane, `sqs:${action}`, queue(one)), one).toBe(false);
    },
  );

  it('wakes objects of every lane, and writes dead letters of its own', () => {
    for (const one of lanes) expect(may(lane, 'sqs:SendMessage', queue(one)), one).toBe(true);
    expect(may(lane, 'sqs:SendMessage', queue(`${lane}-dead`))).toBe(true);
    for (const one of others(lane)) expect(may(lane, 'sqs:SendMessage', queue(`${one}-dead`)), one).toBe(false);
    expect(may(lane, 'sqs:PurgeQueue', queue(lane))).toBe(false);
  });

  it('reads tokens, and the access to clusters that is meant for it', () => {
    expect(may(lane, 'secretsmanager:GetSecretValue', token)).toBe(true);
    expect(may(lane, 'secretsmanager:GetSecretValue', secret(`${stack}-clusters/${lane}/production`))).toBe(true);
    for (const one of others(lane)) {
      expect(may(lane, 'secretsmanager:GetSecretValue', secret(`${stack}-clusters/${one}/production`)), one).toBe(
        false,
      );
    }
    expect(may(lane, 'secretsmanager:GetSecretValue', secret('database'))).toBe(false);
    expect(may(lane, 'secretsmanager:PutSecretValue', secret(`${stack}-clusters/${lane}/production`))).toBe(false);
  });

  it('writes its own log', () => {
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
      expect(may(lane, action, logStream(lane))).toBe(true);
      for (const one of others(lane)) expect(may(lane, action, logStream(one)), one).toBe(false);
    }
  });
});

describe('the token store', () => {
  it.each(['CreateSecret', 'PutSecretValue', 'RestoreSecret', 'TagResource'])('has one writer: %s', (action) => {
    const allowed = lanes.filter((lane) => may(lane, `secretsmanager:${action}`, token));
    expect(allowed).toEqual(['auth']);
    expect(may('auth', `secretsmanager:${action}`, secret('database'))).toBe(false);
  });

  it('deletes with a time for recovery, never at once', () => {
    const days = (number: string) => ({ 'secretsmanager:RecoveryWindowInDays': number });
    expect(lanes.filter((lane) => may(lane, 'secretsmanager:DeleteSecret', token, days('7')))).toEqual(['auth']);
    expect(may('auth', 'secretsmanager:DeleteSecret', token)).toBe(false);
    expect(may('auth', 'secretsmanager:DeleteSecret', secret('database'), days('7'))).toBe(false);
  });

  it('reads a secret of users where its tag says so, and looks at the tags of any', () => {
    const tagged = { [`secretsmanager:ResourceTag/${namespacesTag}`]: 'production/default' };
    const readers = lanes.filter((lane) => may(lane, 'secretsmanager:GetSecretValue', secret('team'), tagged));
    expect(readers).toEqual(['auth']);
    expect(may('auth', 'secretsmanager:GetSecretValue', secret('team'))).toBe(false);
    expect(lanes.filter((lane) => may(lane, 'secretsmanager:DescribeSecret', secret('team')))).toEqual(['auth']);
  });
});

describe('rights altogether', () => {
  it('cover every command that is sent to AWS', () => {
    const granted = Object.values(rights).flatMap((statements) => statements.flatMap(({ Action }) => [Action].flat()));
    const names = granted.map((action) => action.split(':')[1]);
    const sources = readSources(join(import.meta.dirname, '..', '..'), ['lib', 'functions'], ['.ts']);
    // The command line calls AWS with the rights of whoever uses it.
    const byPeople = /^lib\/(cli|dead-letters)\//;
    const product = sources.filter(
      ({ path, isTest, text }) => !isTest && !byPeople.test(path) && text.includes("from '@aws-sdk/client-"),
    );
    const commands = product.flatMap(({ text }) => [...text.matchAll(/new (\w+)Command\(/g)].map(([, name]) => name));
    expect(commands).toContain('CreateSecret');
    // IAM has one right for one message and for ten.
    for (const command of commands) expect(names).toContain(command?.replace('MessageBatch', 'Message'));
  });

  it('have a wildcard only where names are not known beforehand', () => {
    const all = [...Object.values(rights).flat(), ...statementsOf(senderPolicy())];
    for (const { Action } of all) expect([Action].flat().join()).not.toMatch(/[*?]/);
    const open = new Set(all.flatMap(({ Resource }) => [Resource].flat()).filter((resource) => /[*?]/.test(resource)));
    const secrets = `arn:aws:secretsmanager:${region}:${account}:secret:`;
    const logs = `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/`;
    const expected = [
      `${secrets}*`,
      `${secrets}${stack}/*`,
      ...lanes.map((lane) => `${secrets}${stack}-clusters/${lane}/*`),
      ...lanes.map((lane) => `${logs}${stack}-reconcile-${lane}:*`),
    ];
    expect([...open].sort()).toEqual(expected.sort());
  });

  it('are there before the function that needs them', () => {
    for (const { dependsOn, properties } of Object.values(template.of('AWS::Lambda::Function'))) {
      const role = String(properties['Role']).split('/').at(-1);
      const attached = Object.entries(template.of('AWS::IAM::RolePolicy')).filter(
        ([, one]) => one.properties['RoleName'] === role,
      );
      expect(dependsOn).toEqual(expect.arrayContaining([role, ...attached.map(([id]) => id)]));
    }
  });

  it('of a forwarder are to send events, and no more', () => {
    const resources = lanes.map(queue);
    expect(statementsOf(senderPolicy())).toMatchObject([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: resources },
    ]);
  });
});

function senderPolicy(): unknown {
  const id = String(template.outputs['EventSenderPolicyArn']).split('/').at(-1) ?? '';
  return template.resources[id]?.properties['PolicyDocument'];
}
