import Type, { type Static } from 'typebox';
import { Parse } from 'typebox/value';
import type { Template } from './template.ts';

const texts = Type.Union([Type.String(), Type.Array(Type.String())]);
const conditions = Type.Object(
  {
    Bool: Type.Optional(Type.Record(Type.String(), Type.String())),
    Null: Type.Optional(Type.Record(Type.String(), Type.String())),
    ArnLike: Type.Optional(Type.Record(Type.String(), Type.String())),
    NumericGreaterThanEquals: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  // An operator that is not known here could mean anything.
  { additionalProperties: false },
);
const statement = Type.Object(
  {
    Sid: Type.Optional(Type.String()),
    Effect: Type.Enum(['Allow', 'Deny']),
    Principal: Type.Optional(Type.Unknown()),
    Action: texts,
    Resource: texts,
    Condition: Type.Optional(conditions),
  },
  { additionalProperties: false },
);
const document = Type.Object({ Version: Type.Literal('2012-10-17'), Statement: Type.Array(statement) });

export type Statement = Static<typeof statement>;

export interface Request {
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** Condition keys. */
  readonly context?: Readonly<Record<string, string>>;
}

/** The statements of a policy document. Throws on what IAM would refuse or what is not known here. */
export function statementsOf(policyDocument: unknown): readonly Statement[] {
  return Parse(document, policyDocument).Statement;
}

const rolePolicies = Type.Object({
  Policies: Type.Array(Type.Object({ PolicyDocument: document })),
  ManagedPolicyArns: Type.Optional(Type.Array(Type.String())),
});

/** Every statement that holds for a role: its own, those of managed policies, and those attached to it. */
export function statementsOfRole(template: Template, role: string): readonly Statement[] {
  const { Policies, ManagedPolicyArns = [] } = Parse(rolePolicies, template.resources[role]?.properties);
  const managed = Object.entries(template.of('AWS::IAM::ManagedPolicy'))
    .filter(([id]) => ManagedPolicyArns.some((arn) => arn.endsWith(`:policy/${id}`)))
    .map(([, { properties }]) => properties);
  if (managed.length !== ManagedPolicyArns.length) throw new Error(`${role} has a policy that the template has not`);
  const attached = Object.values(template.of('AWS::IAM::RolePolicy'))
    .map(({ properties }) => properties)
    .filter(({ RoleName }) => RoleName === role);
  return [
    ...Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ...[...managed, ...attached].flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument)),
  ];
}

/** What IAM would say: no statement denies the request, and one allows it. */
export function isAllowed(statements: readonly Statement[], request: Request): boolean {
  const applying = statements.filter((one) => applies(one, request));
  return applying.some(({ Effect }) => Effect === 'Allow') && applying.every(({ Effect }) => Effect === 'Allow');
}

export function applies({ Action, Resource, Condition = {} }: Statement, request: Request): boolean {
  const { action, resource, context = {} } = request;
  return (
    [Action].flat().some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    [Resource].flat().some((pattern) => matches(pattern, resource)) &&
    every(Condition.Bool, (key, wanted) => context[key] === wanted) &&
    every(Condition.Null, (key, wanted) => (context[key] === undefined) === (wanted === 'true')) &&
    every(Condition.ArnLike, (key, pattern) => context[key] !== undefined && matches(pattern, context[key])) &&
    every(Condition.NumericGreaterThanEquals, (key, least) => Number(context[key]) >= Number(least))
  );
}

function every(
  entries: Readonly<Record<string, string>> = {},
  holds: (key: string, value: string) => boolean,
): boolean {
  return Object.entries(entries).every(([key, value]) => holds(key, value));
}

function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[$()+.[\]\\^{|}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(text);
}
