import { EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidField,
  messageOf,
  required,
  rootPath,
} from '../field-errors.ts';
import { isList, isObject, type Json, same } from '../json.ts';
import type { Verdict } from '../resources/resource.ts';
import { itemKey, type Schema, schemaOfKey, type ValidationRule } from '../schema/schema.ts';
import { celEnvironment } from './environment.ts';
import { celValue, rootSchema } from './values.ts';

interface CompiledRule {
  readonly rule: ValidationRule;
  readonly run: ParseResult;
  readonly message: ParseResult | undefined;
  /** The rule compares with the value before the update. */
  readonly transition: boolean;
}

const compiled = new WeakMap<ValidationRule, CompiledRule>();

/** Compiles a rule; throws the library's ParseError when it is no CEL. */
export function compileRule(rule: ValidationRule): CompiledRule {
  const found = compiled.get(rule);
  if (found !== undefined) return found;
  const environment = celEnvironment();
  const made: CompiledRule = {
    rule,
    run: environment.parse(rule.rule),
    message: rule.messageExpression === undefined ? undefined : environment.parse(rule.messageExpression),
    transition: /\boldSelf\b/.test(rule.rule),
  };
  compiled.set(rule, made);
  return made;
}

/** A value, the value before it, and whether something around it is unchanged, so that old faults are forgiven. */
interface Node {
  readonly value: Json;
  readonly old: Json | undefined;
  readonly path: string;
  readonly unchanged: boolean;
}

const scanned = new WeakMap<Schema, boolean>();

/** Whether a schema has rules anywhere; finding that out is done once. */
export function hasRules(schema: Schema): boolean {
  const known = scanned.get(schema);
  if (known !== undefined) return known;
  const { items, properties, additionalProperties } = schema;
  const inner = [...Object.values(properties ?? {}), ...(items === undefined ? [] : [items])];
  if (isObject(additionalProperties)) inner.push(additionalProperties);
  const found = (schema['x-kubernetes-validations'] ?? []).length > 0 || inner.some(hasRules);
  scanned.set(schema, found);
  return found;
}

/** Runs every rule of a schema on an object; `old` is the object before an update, undefined for a creation. */
export function runRules(schema: Schema, value: Json, old: Json | undefined): Verdict {
  const errors: FieldError[] = [];
  const warnings: string[] = [];
  visit(schema, { value, old, path: '', unchanged: false }, errors, warnings);
  return { errors, warnings };
}

function visit(schema: Schema, node: Node, errors: FieldError[], warnings: string[]): void {
  if (node.value === null || !hasRules(schema)) return;
  const unchanged = node.unchanged || (node.old !== undefined && same(node.value, node.old));
  for (const error of ruleErrors(schema, node)) {
    if (unchanged && !error.transition && error.forgivable) warnings.push(messageOf(error.error));
    else errors.push(error.error);
  }
  visitInner(schema, { ...node, unchanged }, errors, warnings);
}

function visitInner(schema: Schema, node: Node, errors: FieldError[], warnings: string[]): void {
  const { value, old, path, unchanged } = node;
  const { items } = schema;
  if (isList(value) && items !== undefined) {
    const mapped = schema['x-kubernetes-list-type'] === 'map' && isList(old);
    const before = new Map(mapped ? old.map((item) => [itemKey(item, schema), item]) : []);
    value.forEach((item, index) => {
      const match = mapped ? before.get(itemKey(item, schema)) : undefined;
      visit(items, { value: item, old: match, path: `${path}[${index}]`, unchanged }, errors, warnings);
    });
  }
  if (!isObject(value)) return;
  const before = isObject(old) ? old : {};
  for (const [key, item] of Object.entries(value)) {
    const field = schemaOfKey(schema, key);
    if (field === undefined || item === undefined) continue;
    const named = Object.hasOwn(schema.properties ?? {}, key);
    const place = named ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`;
    visit(field, { value: item, old: before[key], path: place, unchanged }, errors, warnings);
  }
}

interface Failure {
  readonly error: FieldError;
  readonly transition: boolean;
  /** False when the rule could not be evaluated. */
  readonly forgivable: boolean;
}

function ruleErrors(schema: Schema, node: Node): readonly Failure[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return [];
  const typed = node.path === '' ? rootSchema(schema) : schema;
  const context: Record<string, unknown> = { self: celValue(node.value, typed) };
  if (node.old !== undefined && node.old !== null) context['oldSelf'] = celValue(node.old, typed);
  return rules.flatMap((rule) => evaluate(compileRule(rule), schema.type ?? '', node, context));
}

function evaluate(
  { rule, run, message, transition }: CompiledRule,
  type: string,
  node: Node,
  context: Record<string, unknown>,
): readonly Failure[] {
  if (transition && context['oldSelf'] === undefined && rule.optionalOldSelf !== true) return [];
  const path = node.path === '' ? rootPath : node.path;
  try {
    if (run(context) === true) return [];
    const text = messageText(rule, message, context);
    return [{ error: failed(rule, pathOf(rule, path), type, text), transition, forgivable: true }];
  } catch (error) {
    const text = `${evaluationText(error)}: ${shown(rule)}`;
    return [{ error: invalidField(path, type, text), transition, forgivable: false }];
  }
}

function pathOf(rule: ValidationRule, path: string): string {
  if (rule.fieldPath === undefined) return path;
  return path === rootPath ? rule.fieldPath.replace(/^\./, '') : `${path}${rule.fieldPath}`;
}

function shown(rule: ValidationRule): string {
  return (rule.message ?? rule.rule).trim();
}

function evaluationText(error: unknown): string {
  if (!(error instanceof EvaluationError)) return `${error instanceof Error ? error.message : error} evaluating rule`;
  const text = error.summary
    .replace(/^No such key: index out of bounds, index (-?\d+).*$/, 'index out of bounds: $1')
    .replace(/^No such key/, 'no such key');
  if (error.code !== 'no_such_overload' && error.code !== 'no_matching_overload') return `${text} evaluating rule`;
  return `'no such overload': call arguments did not match a supported operator, function or macro signature for rule`;
}

function messageText(rule: ValidationRule, message: ParseResult | undefined, context: object): string {
  const fallback = rule.message === undefined ? `failed rule: ${shown(rule)}` : shown(rule);
  if (message === undefined) return fallback;
  try {
    const text: unknown = message({ ...context });
    return typeof text === 'string' && text.trim() !== '' && !text.includes('\n') ? text.trim() : fallback;
  } catch {
    return fallback; // a message that can not be made never hides the failed rule
  }
}

function failed(rule: ValidationRule, path: string, type: string, text: string): FieldError {
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbiddenField(path, text);
    case 'FieldValueRequired':
      return required(path, text);
    case 'FieldValueDuplicate':
      return duplicate(path, type);
    default:
      return invalidField(path, type, text);
  }
}
