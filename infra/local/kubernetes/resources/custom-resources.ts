import { at, isObject, type JsonObject, listOf, objectOf, textOf, textsOf } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import { printerColumns } from '../print/printer-columns.ts';
import { customRules } from '../schema/custom-rules.ts';
import type { Schema } from '../schema/schema.ts';
import type { Resource } from './resource.ts';

/** One version of a custom resource, with what discovery and OpenAPI tell about it. */
export interface CustomResource {
  readonly resource: Resource;
  readonly schema: Schema;
}

/** The resources of a CustomResourceDefinition that was accepted: one for each served version. */
export function customResources(definition: KubernetesObject): readonly CustomResource[] {
  const versions = listOf(at(definition, 'spec', 'versions')).filter(isObject);
  return versions.filter((version) => version['served'] === true).map((version) => customResource(definition, version));
}

function customResource(definition: KubernetesObject, version: JsonObject): CustomResource {
  const names = objectOf(at(definition, 'spec', 'names'));
  const kind = textOf(names['kind']) ?? '';
  const group = textOf(at(definition, 'spec', 'group')) ?? '';
  const name = textOf(version['name']) ?? '';
  const namespaced = at(definition, 'spec', 'scope') === 'Namespaced';
  const hasStatus = at(version, 'subresources', 'status') !== undefined;
  const selectable = listOf(version['selectableFields']).flatMap((field) => textOf(at(field, 'jsonPath')) ?? []);
  const schema = schemaOf(version);
  const kindRules = { group, version: name, kind, namespaced, schema, hasStatus, selectable };
  const resource: Resource = {
    group,
    version: name,
    plural: textOf(names['plural']) ?? '',
    singular: textOf(names['singular']) ?? '',
    kind,
    listKind: textOf(names['listKind']) ?? `${kind}List`,
    namespaced,
    shortNames: textsOf(names['shortNames']),
    categories: textsOf(names['categories']),
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    subresources: hasStatus ? ['status'] : [],
    custom: true,
    columns: printerColumns(version['additionalPrinterColumns']),
    rules: customRules({ ...kindRules, selectable: selectable.map((path) => path.replace(/^\./, '')) }),
  };
  return { resource, schema };
}

// The definition was validated when it was written (kinds/custom-resource-definition.ts), so this is a schema.
function schemaOf(version: JsonObject): Schema {
  const schema = at(version, 'schema', 'openAPIV3Schema');
  return isObject(schema) ? (schema as Schema) : {};
}
