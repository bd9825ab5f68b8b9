import type { ObjectMeta } from '../object.ts';
import { qualifiedNameProblems } from './names.ts';

const standard = ['orphan', 'foregroundDeletion', 'kubernetes'];

/** What the API server warns about when finalizers are added: names without a domain. */
export function finalizerWarnings(meta: ObjectMeta, old: ObjectMeta): readonly string[] {
  const before = old.finalizers ?? [];
  const added = [...new Set(meta.finalizers ?? [])].filter((name) => !before.includes(name)).sort();
  return added.flatMap((name) => {
    const path = name.includes('.') ? ' including a path (/)' : '';
    const advice = `prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`;
    const problems = qualifiedNameProblems(name).map((text) => `metadata.finalizers: "${name}": ${text}`);
    if (name.includes('/') || standard.includes(name)) return problems;
    return [...problems, `metadata.finalizers: "${name}": ${advice}`];
  });
}
