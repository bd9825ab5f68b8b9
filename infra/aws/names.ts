import { lanes } from '../../lib/kinds/define.ts';
import { tools } from '../../lib/tools.ts';

/** The functions as serverless.yml names them; the stack's name precedes it at AWS. */
export const functionNames: readonly string[] = [...lanes.map((lane) => `reconcile-${lane}`), ...tools];

/** The functions that talk to Konnect. */
export const konnectFunctionNames: readonly string[] = functionNames.filter((name) => name !== 'replay');

/** As logical ids of CloudFormation are written: `ControlPlane` of `control-plane`. */
export function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

/** How the logical ids begin that osls gives to what it generates for a function. */
export function generatedId(functionName: string): string {
  return functionName.slice(0, 1).toUpperCase() + functionName.slice(1).replaceAll('-', 'Dash');
}
