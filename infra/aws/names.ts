/** As logical ids of CloudFormation are written: `ControlPlane` of `control-plane`. */
export function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
