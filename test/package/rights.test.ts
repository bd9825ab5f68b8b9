import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Lane, lanes } from '../../lib/kinds/define.ts';
import { namespacesTag } from '../../lib/tokens/reveal.ts';
import { tools } from '../../lib/tools.ts';
import { readSources } from '../architecture/source.ts';
import { packageFunctions } from './packaged.ts';
import { isAllowed, type Request, type Statement, statementsOf, statementsOfRole } from './policies.ts';
import { logs, queue, roleOfTool, secret, secrets, stack } from './resources.ts';
import { account, region, type Template } from './template.ts';

const logStream = (lane: Lane): string => `${logs}${stack}-reconcile-${lane}:log-stream:2026/01/01/[$LATEST]0`;
const token = secret(`${stack}/production/default/konnect`);
const others = (lane: Lane): readonly Lane[] => lanes.filter((other) => other !== lane);

let template: Template;
let rights: Readonly<Record<string, readonly Statement[]>>;
beforeAll(async () => {
  ({ template } = await packageFunctions());
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
    for (const action of ['PutSecretValue', 'DescribeSecret'])
      expect(may(lane, `secretsmanager:${action}`, secret(`${stack}-clusters/${lane}/production`))).toBe(
        lane === 'auth' && action === 'DescribeSecret',
      );
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

describe('the policy of people', () => {
  const person = () => statementsOf(managedPolicy('OperatorPolicyArn'));
  const allows = (action: string, resource: string) => isAllowed(person(), { action, resource });

  it('invokes the tools, and no function of a lane', () => {
    const named = (name: string) => `arn:aws:lambda:${region}:${account}:function:${stack}-${name}`;
    for (const tool of tools) expect(allows('lambda:InvokeFunction', named(tool))).toBe(true);
    for (const lane of lanes) expect(allows('lambda:InvokeFunction', named(`reconcile-${lane}`))).toBe(false);
  });

  it('takes dead letters and sends them again, and sees no event and no token', () => {
    for (const lane of lanes) {
      for (const action of ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility']) {
        expect(allows(`sqs:${action}`, queue(`${lane}-dead`))).toBe(true);
        expect(allows(`sqs:${action}`, queue(lane))).toBe(false);
      }
      expect(allows('sqs:SendMessage', queue(lane))).toBe(true);
    }
    for (const one of [queue('drift-dead'), `arn:aws:sqs:${region}:${account}:${stack}-schedule-dead`])
      expect(allows('sqs:DeleteMessage', one)).toBe(true);
    for (const name of [...lanes, 'drift']) expect(allows('sqs:GetQueueAttributes', queue(name))).toBe(true);
    expect(allows('secretsmanager:ListSecrets', '*')).toBe(true);
    expect(allows('secretsmanager:GetSecretValue', token)).toBe(false);
  });
});

describe('rights altogether', () => {
  it('cover every command that is sent to AWS', () => {
    const granted = all().flatMap(({ Action }) => [Action].flat());
    const names = granted.map((action) => action.split(':')[1]);
    const sources = readSources(join(import.meta.dirname, '..', '..'), ['lib', 'functions'], ['.ts']);
    const product = sources.filter(({ isTest, text }) => !isTest && text.includes("from '@aws-sdk/client-"));
    const commands = product.flatMap(({ text }) =>
      [...text.matchAll(/\b(?:new (\w+)Command|paginate(\w+))\(/g)].map(([, one, listed]) => one ?? listed),
    );
    expect(commands).toEqual(expect.arrayContaining(['CreateSecret', 'ListSecrets']));
    // IAM has one right for one message and for ten, and another name for an invocation.
    const rightOf = (command = '') => (command === 'Invoke' ? 'InvokeFunction' : command.replace(/Batch$/, ''));
    for (const command of commands) expect(names).toContain(rightOf(command));
  });

  it('have a wildcard only where names are not known beforehand', () => {
    for (const { Action } of all()) expect([Action].flat().join()).not.toMatch(/[*?]/);
    const open = new Set(
      all()
        .flatMap(({ Resource }) => [Resource].flat())
        .filter((resource) => /[*?]/.test(resource)),
    );
    const expected = [
      // For actions that know no resource.
      '*',
      `${secrets}*`,
      `${secrets}${stack}/*`,
      ...[...lanes, ...tools].map((name) => `${secrets}${stack}-clusters/${name}/*`),
      ...[...lanes.map((lane) => `reconcile-${lane}`), ...tools].map((name) => `${logs}${stack}-${name}:*`),
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
    expect(statementsOf(managedPolicy('EventSenderPolicyArn'))).toMatchObject([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: resources },
    ]);
  });
});

/** Every statement there is. */
function all(): readonly Statement[] {
  const ofTools = tools.flatMap((tool) => statementsOfRole(template, roleOfTool(tool)));
  const managed = ['EventSenderPolicyArn', 'OperatorPolicyArn'].flatMap((name) => statementsOf(managedPolicy(name)));
  return [...Object.values(rights).flat(), ...ofTools, ...managed];
}

/** @param output that names it */
function managedPolicy(output: string): unknown {
  const id = String(template.outputs[output]).split('/').at(-1) ?? '';
  return template.resources[id]?.properties['PolicyDocument'];
}
