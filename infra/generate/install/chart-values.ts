import { stringify } from 'yaml';
import { generatedHead } from '../yaml-file.ts';
import { type Value, values } from './values.ts';

interface Group {
  readonly [name: string]: Group | Value;
}

/** `values.yaml`: every value with its default and what it is for. */
export function valuesFile(): string {
  return `# ${generatedHead}\n${Object.entries(tree()).map(textOf).join('')}`;
}

/** `values.schema.json`. Helm's own `global` is let through. */
export function chartSchema(): object {
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...schemaOf({ ...tree(), global }) };
}

const global: Value = { default: {}, says: '', schema: { type: 'object' } };

/** The values in their groups: one level, as the paths have one dot at most. */
function tree(): Group {
  const groups: Record<string, Value | Record<string, Value>> = {};
  for (const [path, value] of Object.entries<Value>(values)) {
    const [first = '', second] = path.split('.');
    if (second === undefined) groups[first] = value;
    else groups[first] = { ...(groups[first] as Record<string, Value> | undefined), [second]: value };
  }
  return groups;
}

function isValue(node: Group | Value): node is Value {
  return 'schema' in node && 'says' in node;
}

function textOf([name, node]: readonly [string, Group | Value]): string {
  if (isValue(node)) {
    const required = node.isRequired ? 'Required. ' : '';
    const comment = node.says === '' ? '' : `# ${required}${node.says}\n`;
    return comment + stringify({ [name]: node.default }, { lineWidth: 0 });
  }
  const inner = Object.entries(node).map(textOf).join('').trimEnd();
  return `${name}:\n${inner.replace(/^/gm, '  ')}\n`;
}

function schemaOf(node: Group | Value): object {
  if (isValue(node)) return node.schema;
  const children = Object.entries(node);
  const required = children.filter(([, child]) => !isValue(child) || child.isRequired).map(([name]) => name);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(children.map(([name, child]) => [name, schemaOf(child)])),
    required,
  };
}
