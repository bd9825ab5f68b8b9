import { type Json, same } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import { defaultColumns } from '../print/columns.ts';
import type { Schema } from '../schema/schema.ts';
import type { BuiltIn } from './built-in.ts';
import { builtInRules } from './built-in-rules.ts';
import { builtIns } from './built-in-table.ts';
import { customResources } from './custom-resources.ts';
import { allVerbs, type Resource } from './resource.ts';

/** All resources that are served now. */
export interface Registry {
  all(): readonly Resource[];
  find(group: string, version: string, plural: string): Resource | undefined;
  /** The resource of a kind in any version of its group, the built-in or first one. */
  byKind(group: string, kind: string): Resource | undefined;
  /** Whether any version of the group is served. */
  hasGroup(group: string): boolean;
  schemaOf(resource: Resource): Schema | undefined;
  modelOf(resource: Resource): string | undefined;
  /** Serves what a definition defines, in place of what it defined before. */
  define(definition: KubernetesObject): void;
  undefine(name: string): void;
  /** Counts the changes, for caches. */
  generation(): number;
}

function builtIn(row: BuiltIn): Resource {
  return {
    group: row.group,
    version: row.version,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    kind: row.kind,
    listKind: `${row.kind}List`,
    namespaced: row.namespaced,
    shortNames: row.shortNames ?? [],
    categories: row.categories ?? [],
    verbs: row.verbs ?? allVerbs,
    subresources: row.status === true ? ['status'] : [],
    custom: false,
    ...(row.collection === undefined ? {} : { collection: row.collection }),
    columns: row.columns ?? defaultColumns,
    rules: builtInRules(row, row),
  };
}

/** The built-in resources; custom ones are added by `define`. */
export function createRegistry(): Registry {
  const own = builtIns.map(builtIn);
  const models = new Map(own.map((resource, index) => [resource, builtIns[index]?.model]));
  const custom = new Map<string, ReturnType<typeof customResources>>();
  const specs = new Map<string, Json | undefined>();
  let schemas = new Map<Resource, Schema>();
  let served: readonly Resource[] = own;
  let generation = 0;

  function rebuild(): void {
    const added = [...custom.values()].flat();
    schemas = new Map(added.map(({ resource, schema }) => [resource, schema]));
    served = [...own, ...added.map(({ resource }) => resource)];
    generation += 1;
  }

  return {
    all: () => served,
    find: (group, version, plural) =>
      served.find((one) => one.plural === plural && one.group === group && one.version === version),
    byKind: (group, kind) => served.find((one) => one.kind === kind && one.group === group),
    hasGroup: (group) => served.some((one) => one.group === group),
    schemaOf: (resource) => schemas.get(resource),
    modelOf: (resource) => models.get(resource),
    define(definition) {
      const { name = '' } = definition.metadata;
      if (custom.has(name) && same(specs.get(name), definition['spec'])) return; // watches of it go on
      specs.set(name, definition['spec']);
      custom.set(name, customResources(definition));
      rebuild();
    },
    undefine(name) {
      custom.delete(name);
      rebuild();
    },
    generation: () => generation,
  };
}
