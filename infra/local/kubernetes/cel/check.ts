import { type ASTNode, ParseError } from '@marcbachmann/cel-js';
import { isObject, type JsonObject } from '../json.ts';
import type { Schema, ValidationRule } from '../schema/schema.ts';
import { compileRule } from './rules.ts';
import { escapedName, rootSchema } from './values.ts';

/** The schema of a value in an expression; undefined where nothing is known about it. */
type Known = Schema | undefined;

interface Fault {
  readonly text: string;
  readonly position: number;
}

const macros = ['all', 'exists', 'exists_one', 'filter', 'map'];

/**
 * What is wrong with a rule of a schema, in the words of the real server: no CEL, a field that the schema does not have,
 * a result that is no truth value. Undefined for a good one.
 */
export function ruleProblem(rule: ValidationRule, schema: JsonObject, root: boolean): string | undefined {
  try {
    const { run } = compileRule(rule);
    // The definition is being validated: what is not a schema yet has errors of its own.
    const own = root ? rootSchema(schema as Schema) : (schema as Schema);
    const fault = faultOf(
      run.ast,
      new Map([
        ['self', own],
        ['oldSelf', own],
      ]),
    );
    if (fault !== undefined) return located(rule.rule, fault);
    const { type = 'dyn' } = run.check();
    return type === 'bool' || type === 'dyn' ? undefined : 'cel expression must evaluate to a bool';
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return located(rule.rule, { text: `Syntax error: ${error.summary}`, position: error.range?.start ?? 0 });
  }
}

function located(rule: string, { text, position }: Fault): string {
  const before = rule.slice(0, position).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = rule.split('\n')[before.length - 1] ?? '';
  const place = `<input>:${before.length}:${column + 1}`;
  return `compilation failed: ERROR: ${place}: ${text}\n | ${line}\n | ${'.'.repeat(column)}^`;
}

type Names = ReadonlyMap<string, Known>;

/** The first field that does not exist, looking from the inside out. */
function faultOf(node: ASTNode, names: Names): Fault | undefined {
  const macro = node.op === 'rcall' && macros.includes(node.args[0]) ? node.args : undefined;
  if (macro !== undefined) {
    const [, receiver, [variable, ...bodies]] = macro;
    const inner = new Map(names);
    if (variable?.op === 'id') inner.set(variable.args, elementOf(schemaAt(receiver, names)));
    return firstFault([receiver], names) ?? firstFault(bodies, inner);
  }
  const inside = firstFault(childrenOf(node), names);
  if (inside !== undefined || node.op !== '.') return inside;
  const [object, field] = node.args;
  const schema = schemaAt(object, names);
  if (schema === undefined || !isClosed(schema) || fieldOf(schema, field) !== undefined) return undefined;
  return { text: `undefined field '${field}'`, position: node.pos - 1 };
}

function firstFault(nodes: readonly ASTNode[], names: Names): Fault | undefined {
  for (const node of nodes) {
    const fault = faultOf(node, names);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  const { args }: { readonly args: unknown } = node;
  const parts: readonly unknown[] = Array.isArray(args) ? args.flat(2) : [args];
  return parts.filter(isNode);
}

function schemaAt(node: ASTNode, names: Names): Known {
  if (node.op === 'id') return names.get(node.args);
  if (node.op === '.') {
    const schema = schemaAt(node.args[0], names);
    return schema === undefined ? undefined : fieldOf(schema, node.args[1]);
  }
  if (node.op !== '[]') return undefined;
  const schema = schemaAt(node.args[0], names);
  return schema?.items ?? (isObject(schema?.additionalProperties) ? schema.additionalProperties : undefined);
}

// Over a list a macro sees its items, over a map its keys, which have no fields.
function elementOf(schema: Known): Known {
  return schema?.items;
}

/** Objects with listed properties only; anything else may hold any field. */
function isClosed(schema: Schema): boolean {
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties !== undefined;
  return schema.type === 'object' && !open && schema['x-kubernetes-embedded-resource'] !== true;
}

function fieldOf(schema: Schema, field: string): Known {
  const [, found] = Object.entries(schema.properties ?? {}).find(([name]) => escapedName(name) === field) ?? [];
  if (found !== undefined) return found;
  return isObject(schema.additionalProperties) ? schema.additionalProperties : undefined;
}
