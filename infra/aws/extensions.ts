import { functionNames, generatedId } from './names.ts';

const nothing = { Ref: 'AWS::NoValue' };
const list = (parameter: string) => ({ 'Fn::Split': [',', { Ref: parameter }] });

const VpcConfig = {
  'Fn::If': ['InVpc', { SubnetIds: list('SubnetIds'), SecurityGroupIds: list('SecurityGroupIds') }, nothing],
};
const KmsKeyId = { 'Fn::If': ['HasKey', { Ref: 'KmsKeyArn' }, nothing] };

/** What osls itself generates for a function, made to follow parameters. */
export const extensions: Readonly<Record<string, unknown>> = Object.fromEntries(
  functionNames.flatMap((name) => [
    [`${generatedId(name)}LambdaFunction`, { Properties: { VpcConfig } }],
    [`${generatedId(name)}LogGroup`, { Properties: { KmsKeyId } }],
  ]),
);
