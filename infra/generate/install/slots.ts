/*
 * The manifests of what runs in a cluster are written once, with slots where the Helm chart takes a value of its user's.
 * Kustomize gets what the slots hold by default.
 */

const slot = Symbol('slot');
const condition = Symbol('condition');

/** A value that the chart's user may set. */
export interface Slot {
  readonly [slot]: true;
  /** What kustomize writes; undefined where it writes nothing. */
  readonly fallback: unknown;
  /** The value in the chart: a Go template that gives one line of YAML, or an expression that gives a structure. */
  readonly template: { readonly line: string } | { readonly structure: string };
}

/** A part that the chart has under a condition only. It may not be the first field of an item of a list. */
export interface Conditional {
  readonly [condition]: true;
  /** Whether kustomize has it. */
  readonly byDefault: boolean;
  /** A Go template expression. */
  readonly test: string;
  readonly value: unknown;
}

export function lineSlot(fallback: unknown, line: string): Slot {
  return { [slot]: true, fallback, template: { line } };
}

export function structureSlot(fallback: unknown, structure: string): Slot {
  return { [slot]: true, fallback, template: { structure } };
}

export function onlyIf(test: string, byDefault: boolean, value: unknown): Conditional {
  return { [condition]: true, byDefault, test, value };
}

export function isSlot(value: unknown): value is Slot {
  return typeof value === 'object' && value !== null && slot in value;
}

export function isConditional(value: unknown): value is Conditional {
  return typeof value === 'object' && value !== null && condition in value;
}

/** The manifest as kustomize has it. */
export function withDefaults<Value>(value: Value): Value {
  return defaultOf(value) as Value;
}

function defaultOf(value: unknown): unknown {
  if (isSlot(value)) return value.fallback;
  if (isConditional(value)) return value.byDefault ? defaultOf(value.value) : undefined;
  if (Array.isArray(value)) return value.map(defaultOf).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => [key, defaultOf(field)] as const);
  const kept = fields.filter(([, field]) => field !== undefined);
  return kept.length === 0 && fields.length > 0 ? undefined : Object.fromEntries(kept);
}
