import { isRecord, type KubernetesObject, type Resource } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import { together } from '../engine/together.ts';
import type { Kind } from '../kinds/define.ts';
import { missingFields } from './fields.ts';
import { type Finding, some, told } from './finding.ts';
import { definitionFile, definitionsFolder } from './install.ts';

const definitions: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** Whether the cluster serves each kind in our version, and with which of our fields. */
export async function checkDefinitions(cluster: Cluster, kinds: readonly Kind[]): Promise<readonly Finding[]> {
  const found = await together(
    kinds.map(async (kind) => {
      const { plural, group } = kind.resource;
      return lackOf(kind, await cluster.get(definitions, { name: `${plural}.${group}` }));
    }),
  );
  return findingsOf(found);
}

/** What a cluster lacks of one kind. */
export interface Lack {
  readonly kind: Kind;
  /** Why it is not served, in a sentence without its name. */
  readonly problem?: string;
  readonly fields: readonly string[];
}

/** Compares a kind with the definition that the cluster has of it. Pure. */
export function lackOf(kind: Kind, definition: KubernetesObject | undefined): Lack {
  if (definition === undefined) return { kind, problem: 'not installed', fields: [] };
  const versions = versionsOf(definition);
  const ours = versions.find(({ name, served }) => name === kind.resource.version && served === true);
  if (ours === undefined) {
    const names = versions.map(({ name }) => told(name)).join(', ');
    return { kind, problem: `not served as ${kind.resource.version}, only as ${names}`, fields: [] };
  }
  const theirs = isRecord(ours['schema']) ? ours['schema']['openAPIV3Schema'] : undefined;
  return { kind, fields: missingFields(kind.schema(), theirs) };
}

/** What many kinds lack alike is told once: with Kong's own definitions that is most of them. Pure. */
export function findingsOf(lacks: readonly Lack[]): readonly Finding[] {
  const check = 'definitions';
  const groups = [...Map.groupBy(lacks, ({ problem, fields }) => JSON.stringify([problem, fields])).values()];
  return groups.map((same) => {
    const names = some(same.map(({ kind }) => kind.resource.kind));
    const [{ problem = undefined, fields = [] } = {}] = same;
    const [only] = same.length === 1 ? same : [];
    // Whoever installed what is there, such as Helm, owns its fields. The folder has a kustomization, which -f does not know.
    const what = only === undefined ? `-k ${definitionsFolder}` : `-f ${definitionFile(only.kind.resource)}`;
    const fix = `kubectl apply --server-side --force-conflicts ${what}`;
    if (problem !== undefined) return { check, state: 'wrong', message: `${names}: ${problem}`, fix };
    if (fields.length > 0) return { check, state: 'unsure', message: `${names}: served without ${some(fields)}`, fix };
    return {
      check,
      state: 'fine',
      message: `${same.length} of ${lacks.length} kinds are served with all their fields`,
    };
  });
}

function versionsOf({ spec }: KubernetesObject): readonly Readonly<Record<string, unknown>>[] {
  const versions = isRecord(spec) ? spec['versions'] : undefined;
  return Array.isArray(versions) ? versions.filter(isRecord) : [];
}
