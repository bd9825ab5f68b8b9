import { findCondition, isRecord, type KubernetesObject, type Resource } from '../../lib/engine/objects.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { checkFields } from '../../lib/kinds/schema.ts';
import { invalid } from './refusals.ts';

const maxConditions = 8;

/** The object with what the CRD fills in: a default status, or default conditions inside a status that is there. */
export function defaulted(resource: Resource, object: KubernetesObject): KubernetesObject {
  const kind = kindOf(resource);
  if (kind === undefined) return object;
  const schema = at(kind.schema(), 'properties', 'status');
  const whole = at(schema, 'default');
  const conditions = at(schema, 'properties', 'conditions', 'default');
  if (object.status === undefined) return whole === undefined ? object : { ...object, status: whole };
  if (!isRecord(object.status) || conditions === undefined || 'conditions' in object.status) return object;
  return { ...object, status: { ...object.status, conditions } };
}

/**
 * Refuses what the API server would refuse of `next`: fields against the schema (a status too), unknown fields of the
 * status, and root rules that read a status or a `spec.konnect` that is not there.
 */
export function refuseUnlessValid(
  resource: Resource,
  before: KubernetesObject | undefined,
  next: KubernetesObject,
): void {
  const kind = kindOf(resource);
  if (kind === undefined) return;
  const problems = [...checkFields(kind.schema(), withSpec(next)), ...unknownStatusFields(kind, next)];
  const { status } = next;
  const conditions = isRecord(status) ? status['conditions'] : undefined;
  if (Array.isArray(conditions) && conditions.length > maxConditions) problems.push('status.conditions: Too many');
  // Transition rules run on updates only, and read `self.status` without asking whether there is one.
  if (before !== undefined && reads(kind, 'self.status.conditions')) problems.push(...ruleProblems(kind, next));
  if (problems.length > 0) throw invalid(resource, next.metadata, problems);
}

function ruleProblems(kind: Kind, next: KubernetesObject): readonly string[] {
  if (!isRecord(next.status) || !('conditions' in next.status)) {
    // Rules of some kinds ask first.
    return reads(kind, 'has(self.status)')
      ? []
      : ['<nil>: Invalid value: "object": no such key: status evaluating rule: spec.konnect.authRef is immutable'];
  }
  const programmed = findCondition(next, 'Programmed')?.status === 'True';
  const evaluated = programmed || findCondition(next, 'APIAuthValid')?.status === 'True';
  return evaluated && reads(kind, 'self.spec.konnect.authRef') && at(next.spec, 'konnect') === undefined
    ? ['<nil>: Invalid value: "object": no such key: konnect evaluating rule: spec.konnect.authRef is immutable']
    : [];
}

function reads(kind: Kind, expression: string): boolean {
  const rules = at(kind.schema(), 'x-kubernetes-validations');
  return Array.isArray(rules) && rules.some((rule) => String(at(rule, 'rule')).includes(expression));
}

// The CRD prunes what it does not know, so a field that is written in vain is a mistake of who writes it.
function unknownStatusFields(kind: Kind, { status }: KubernetesObject): readonly string[] {
  const known = at(kind.schema(), 'properties', 'status', 'properties');
  const fields = isRecord(status) ? Object.keys(status) : [];
  return fields.filter((field) => !isRecord(known) || !(field in known)).map((field) => `status.${field}: unknown`);
}

// The compatible CRDs let `spec` be absent.
function withSpec({ metadata: _, apiVersion: __, kind: ___, ...fields }: KubernetesObject): unknown {
  return fields;
}

function kindOf({ group, kind }: Resource): Kind | undefined {
  return kinds.find(({ resource }) => resource.group === group && resource.kind === kind);
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}
