import { type FieldError, invalidField, notSupported, required } from '../../field-errors.ts';
import { at, isObject, type Json, type JsonObject, listOf, objectOf, same, textOf, textsOf } from '../../json.ts';
import { labelProblems, subdomainProblems } from '../../meta/names.ts';
import type { KubernetesObject } from '../../object.ts';
import { structuralErrors } from '../../schema/structural.ts';
import type { Oddities } from '../built-in-rules.ts';

function complete(object: KubernetesObject): KubernetesObject {
  const spec = objectOf(object['spec']);
  const names = objectOf(spec['names']);
  const kind = textOf(names['kind']) ?? '';
  const named = {
    ...names,
    singular: textOf(names['singular']) ?? kind.toLowerCase(),
    listKind: textOf(names['listKind']) ?? `${kind}List`,
  };
  return { ...object, spec: { ...spec, names: named, conversion: spec['conversion'] ?? { strategy: 'None' } } };
}

/** Status of a new definition: nothing accepted yet. */
function create(object: KubernetesObject): KubernetesObject {
  const stored = versionsOf(object).filter((version) => version['storage'] === true);
  const storedVersions = stored.map((version) => version['name'] ?? '');
  return { ...object, status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions } };
}

function versionsOf(object: KubernetesObject): readonly JsonObject[] {
  return listOf(at(object, 'spec', 'versions')).filter(isObject);
}

function nameErrors(object: KubernetesObject): readonly FieldError[] {
  const { plural, singular, kind, listKind, shortNames } = objectOf(at(object, 'spec', 'names'));
  const group = textOf(at(object, 'spec', 'group')) ?? '';
  const { name = '' } = object.metadata;
  const wanted = `${plural}.${group}`;
  const labels: readonly (readonly [string, Json | undefined])[] = [
    ['plural', plural],
    ['singular', singular],
    ...textsOf(shortNames).map((short, index): readonly [string, Json] => [`shortNames[${index}]`, short]),
  ];
  const problems = (field: string, value: string): readonly FieldError[] =>
    labelProblems(value).map((text) => invalidField(`spec.names.${field}`, value, text));
  return [
    ...(name === wanted ? [] : [invalidField('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]),
    ...(group === '' ? [required('spec.group')] : []),
    ...(group === '' || group.includes('.')
      ? subdomainProblems(group || 'x').map((text) => invalidField('spec.group', group, text))
      : [invalidField('spec.group', group, 'should be a domain with at least one dot')]),
    ...(textOf(plural) ? [] : [required('spec.names.plural')]),
    ...(textOf(kind) ? [] : [required('spec.names.kind')]),
    ...labels.flatMap(([field, value]) => (textOf(value) ? problems(field, String(value)) : [])),
    ...['kind', 'listKind'].flatMap((field) => {
      const value = textOf(field === 'kind' ? kind : listKind);
      return value ? problems(field, value.toLowerCase()) : [];
    }),
  ];
}

/** A version as the server's internal form shows it. */
function shownVersion(version: JsonObject): JsonObject {
  return {
    Name: version['name'] ?? '',
    Served: version['served'] ?? false,
    Storage: version['storage'] ?? false,
    Deprecated: version['deprecated'] ?? false,
    DeprecationWarning: version['deprecationWarning'] ?? null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  };
}

/** Every version that is stored as must be listed; of several, the last one counts. */
function storedErrors(object: KubernetesObject): readonly FieldError[] {
  const last = versionsOf(object).findLast((version) => version['storage'] === true);
  const [first] = versionsOf(object).filter((version) => version['storage'] === true);
  if (last === undefined || first === undefined || last === first) return [];
  const stored = [first['name'] ?? ''];
  return [invalidField('status.storedVersions', stored, `must have the storage version ${last['name']}`)];
}

function versionErrors(object: KubernetesObject): readonly FieldError[] {
  const versions = versionsOf(object);
  const stored = versions.filter((version) => version['storage'] === true).length;
  const names = versions.map((version) => String(version['name']));
  const shared = versions.every((version) => same(version['schema'], versions[0]?.['schema']));
  return [
    ...(stored === 1
      ? []
      : [
          invalidField(
            'spec.versions',
            versions.map(shownVersion),
            'must have exactly one version marked as storage version',
          ),
        ]),
    ...storedErrors(object),
    ...(new Set(names).size === names.length
      ? []
      : [invalidField('spec.versions', versions.map(shownVersion), 'must contain unique version names')]),
    ...versions.flatMap((version, index) => {
      const path = `spec.versions[${index}]`;
      return schemaErrors(version, path, shared ? 'spec.validation.openAPIV3Schema' : `${path}.schema.openAPIV3Schema`);
    }),
  ];
}

/** `place` is where the texts say the schema is: versions with the same schema share one. */
function schemaErrors(version: JsonObject, path: string, place: string): readonly FieldError[] {
  const schema = at(version, 'schema', 'openAPIV3Schema');
  if (!isObject(schema)) return [required(`${path}.schema.openAPIV3Schema`)];
  return [...structuralErrors(schema, place), ...columnErrors(version, path)];
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];

function columnErrors(version: JsonObject, path: string): readonly FieldError[] {
  return listOf(version['additionalPrinterColumns']).flatMap((column, index) => {
    const { name, type, jsonPath } = objectOf(column);
    const place = `${path}.additionalPrinterColumns[${index}]`;
    const unknown = columnTypes.includes(String(type))
      ? []
      : [invalidField(`${place}.type`, type ?? '', `must be one of ${columnTypes.join(',')}`)];
    return [
      ...(textOf(name) ? [] : [required(`${place}.name`)]),
      ...unknown,
      ...(textOf(jsonPath) ? [] : [required(`${place}.JSONPath`)]),
    ];
  });
}

function check(object: KubernetesObject): readonly FieldError[] {
  const scope = at(object, 'spec', 'scope') ?? '';
  const scopes = ['Cluster', 'Namespaced'];
  return [
    ...nameErrors(object),
    ...(scopes.includes(String(scope)) ? [] : [notSupported('spec.scope', scope, scopes)]),
    ...versionErrors(object),
  ];
}

function checkUpdate(object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  const fields = ['group', 'scope'].filter((field) => at(object, 'spec', field) !== at(old, 'spec', field));
  const names = ['plural', 'kind'].filter(
    (field) => at(object, 'spec', 'names', field) !== at(old, 'spec', 'names', field),
  );
  const text = 'field is immutable';
  return [
    ...fields.map((field) => invalidField(`spec.${field}`, at(object, 'spec', field) ?? '', text)),
    ...names.map((field) => invalidField(`spec.names.${field}`, at(object, 'spec', 'names', field) ?? '', text)),
  ];
}

/** CustomResourceDefinitions: what they define is made of them in resources/custom-resources.ts. */
export const customResourceDefinition: Oddities = {
  generation: true,
  status: true,
  complete,
  create,
  check,
  checkUpdate,
};
