import { isRecord } from '../../lib/engine/objects.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly type: string;
  /** With every reference resolved. */
  readonly properties: Fields;
  readonly dependsOn: readonly string[];
}

/** A compiled CloudFormation template as it would be in one account, with the defaults of its parameters. */
export interface Template {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly parameters: Readonly<Record<string, Fields>>;
  /** Values, resolved. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The resources of one type, such as `AWS::SQS::Queue`, by logical id. */
  of(type: string): Readonly<Record<string, Resource>>;
}

const stackName = 'konnect-reconciler-dev';
export const account = '123456789012';
export const region = 'eu-central-1';

/** Where a stack is. */
export interface Place {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
}

const somewhere: Place = { stackName, account, region };

/**
 * @param given values of parameters in place of their defaults
 * @throws {Error} on a reference to what is not there, and on a function of CloudFormation that is not known here.
 */
export function templateOf(
  text: string,
  given: Readonly<Record<string, string>> = {},
  place: Place = somewhere,
): Template {
  const template: unknown = JSON.parse(text);
  const resources = sectionOf(template, 'Resources');
  const parameters = sectionOf(template, 'Parameters');
  const sections = { resources, parameters, conditions: sectionOf(template, 'Conditions'), given, place };
  const resolved = Object.fromEntries(
    Object.entries(resources)
      .filter(([, { Condition }]) => Condition === undefined || holds({ Condition }, sections))
      .map(([id, { Type, Properties = {}, DependsOn = [] }]) => {
        const dependsOn = [DependsOn].flat().map(String);
        return [id, { type: String(Type), properties: record(resolve(Properties, sections)), dependsOn }];
      }),
  );
  const outputs = Object.entries(sectionOf(template, 'Outputs')).map(([name, { Value }]) => [
    name,
    resolve(Value, sections),
  ]);
  return {
    resources: resolved,
    parameters,
    outputs: Object.fromEntries(outputs),
    of: (wanted) => Object.fromEntries(Object.entries(resolved).filter(([, { type }]) => type === wanted)),
  };
}

interface Sections {
  readonly resources: Readonly<Record<string, Fields>>;
  readonly parameters: Readonly<Record<string, Fields>>;
  readonly conditions: Readonly<Record<string, Fields>>;
  readonly given: Readonly<Record<string, string>>;
  readonly place: Place;
}

/** What `AWS::NoValue` is: an element or a field that is not there. */
const noValue = undefined;

function resolve(value: unknown, sections: Sections): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, sections)).filter((one) => one !== noValue);
  if (!isRecord(value)) return value;
  const [only, ...others] = Object.entries(value);
  if (only !== undefined && others.length === 0 && /^(Ref$|Fn::)/.test(only[0])) return call(...only, sections);
  const fields = Object.entries(value).map(([name, field]) => [name, resolve(field, sections)] as const);
  return Object.fromEntries(fields.filter(([, field]) => field !== noValue));
}

/** Whether a condition holds: one by name, or a function. */
function holds(condition: unknown, sections: Sections): boolean {
  const [[name, argument] = ['', undefined]] = Object.entries(record(condition));
  const all = Array.isArray(argument) ? argument : [];
  if (name === 'Condition') return holds(sections.conditions[String(argument)], sections);
  if (name === 'Fn::Not') return !holds(all[0], sections);
  if (name === 'Fn::Equals') return resolve(all[0], sections) === resolve(all[1], sections);
  throw new Error(`${name} is not known here`);
}

function call(name: string, argument: unknown, sections: Sections): unknown {
  switch (name) {
    case 'Ref':
      return argument === 'AWS::NoValue' ? noValue : refer(String(argument), sections);
    case 'Fn::Sub':
      return String(argument).replace(/\$\{([\w:]+)\}/g, (_, id: string) => refer(id, sections));
    case 'Fn::GetAtt':
      if (!Array.isArray(argument) || argument[1] !== 'Arn') throw new Error('only ARNs are known here');
      return arnOf(String(argument[0]), sections);
    case 'Fn::If': {
      const [condition, one, other] = listIn(argument);
      return resolve(holds({ Condition: condition }, sections) ? one : other, sections);
    }
    case 'Fn::Split': {
      const [separator, text] = listIn(argument);
      return String(resolve(text, sections)).split(String(separator));
    }
    case 'Fn::Join':
      if (!Array.isArray(argument) || !Array.isArray(argument[1])) throw new Error('Fn::Join takes two arguments');
      return argument[1].map((one) => resolve(one, sections)).join(String(argument[0]));
    default:
      throw new Error(`${name} is not known here`);
  }
}

function listIn(argument: unknown): readonly unknown[] {
  if (!Array.isArray(argument)) throw new Error('a list of arguments is expected');
  return argument;
}

function refer(name: string, sections: Sections): string {
  const { account, region } = sections.place;
  const known = pseudoParameter(name, sections.place) ?? sections.given[name] ?? sections.parameters[name]?.['Default'];
  if (known !== undefined) return String(known);
  const { type, queue } = namesOf(name, sections);
  if (type === 'AWS::SQS::Queue') return `https://sqs.${region}.amazonaws.com/${account}/${queue}`;
  if (type === 'AWS::SNS::Topic') return `arn:aws:sns:${region}:${account}:${name}`;
  return type === 'AWS::IAM::ManagedPolicy' ? `arn:aws:iam::${account}:policy/${name}` : name;
}

function pseudoParameter(name: string, place: Place): string | undefined {
  const values: Readonly<Record<string, string>> = {
    'AWS::AccountId': place.account,
    'AWS::Partition': 'aws',
    'AWS::Region': place.region,
    'AWS::StackName': place.stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  return values[name];
}

function arnOf(name: string, sections: Sections): string {
  const { account, region } = sections.place;
  const { type, queue, lambda } = namesOf(name, sections);
  if (type === 'AWS::SQS::Queue') return `arn:aws:sqs:${region}:${account}:${queue}`;
  if (type === 'AWS::Lambda::Function') return `arn:aws:lambda:${region}:${account}:function:${lambda}`;
  if (type === 'AWS::IAM::Role') return `arn:aws:iam::${account}:role/${name}`;
  throw new Error(`the ARN of a ${type} is not known here`);
}

function namesOf(name: string, sections: Sections) {
  const found = sections.resources[name];
  if (found === undefined) throw new Error(`the template refers to ${name}, which it does not have`);
  const { QueueName, FunctionName } = record(found['Properties'] ?? {});
  return { type: String(found['Type']), queue: String(resolve(QueueName, sections)), lambda: String(FunctionName) };
}

function sectionOf(template: unknown, name: string): Readonly<Record<string, Fields>> {
  const found = isRecord(template) ? template[name] : undefined;
  return Object.fromEntries(Object.entries(record(found)).map(([id, fields]) => [id, record(fields)]));
}

function record(value: unknown): Fields {
  if (!isRecord(value)) throw new Error(`an object is expected, not ${JSON.stringify(value)}`);
  return value;
}
