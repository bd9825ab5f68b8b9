import { isRecord, type KubernetesObject, type Resource } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import { together } from '../engine/together.ts';
import type { Kind } from '../kinds/define.ts';
import { missingFields } from './fields.ts';
import { type Finding, some } from './finding.ts';
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
      return findingOf(kind, await cluster.get(definitions, { name: `${plural}.${group}` }));
    }),
  );
  const apart = found.filter(({ state }) => state !== 'fine');
  const fine = found.length - apart.length;
  const message = `${fine} of ${found.length} kinds are served with all their fields`;
  return fine === 0 ? apart : [{ check: 'definitions', state: 'fine', message }, ...apart];
}

/** What is to be said of one kind and the definition that the cluster has of it. */
export function findingOf({ resource, schema }: Kind, definition: KubernetesObject | undefined): Finding {
  const check = 'definitions';
  const fix = `kubectl apply --server-side -f ${definitionFile(resource)}`;
  const wrong = (message: string): Finding => ({ check, state: 'wrong', message, fix });
  if (definition === undefined) return wrong(`${resource.kind} is not installed (all are in ${definitionsFolder})`);
  const versions = versionsOf(definition);
  const ours = versions.find(({ name, served }) => name === resource.version && served === true);
  if (ours === undefined) {
    const names = versions.map(({ name }) => String(name)).join(', ');
    return wrong(`${resource.kind} is not served as ${resource.version}, only as ${names}`);
  }
  const missing = missingFields(schema(), isRecord(ours['schema']) ? ours['schema']['openAPIV3Schema'] : undefined);
  if (missing.length === 0) return { check, state: 'fine', message: resource.kind };
  const message = `${resource.kind} is served without ${some(missing)}: manifests can not say them`;
  return { check, state: 'unsure', message, fix };
}

function versionsOf({ spec }: KubernetesObject): readonly Readonly<Record<string, unknown>>[] {
  const versions = isRecord(spec) ? spec['versions'] : undefined;
  return Array.isArray(versions) ? versions.filter(isRecord) : [];
}
