import type { Column, Kind } from '../../lib/kinds/define.ts';
import { type OpenApiSchema, toOpenApi } from './openapi.ts';
import type { Manifest } from './yaml-file.ts';

/** The CustomResourceDefinition of one kind. */
export function crdOf(kind: Kind): Manifest {
  const { group, version, plural, namespaced } = kind.resource;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: namesOf(kind),
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...(kind.columns.length > 0 ? { additionalPrinterColumns: kind.columns.map(printerColumn) } : {}),
          subresources: { status: {} },
          schema: { openAPIV3Schema: schemaOf(kind) },
        },
      ],
    },
  };
}

function namesOf({ resource, singular, shortNames = [], categories }: Kind): Readonly<Record<string, unknown>> {
  return {
    kind: resource.kind,
    listKind: `${resource.kind}List`,
    plural: resource.plural,
    singular,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  };
}

function printerColumn({ name, type, jsonPath, description, priority }: Column): Readonly<Record<string, unknown>> {
  return {
    name,
    type,
    jsonPath,
    ...(description === undefined ? {} : { description }),
    ...(priority === undefined ? {} : { priority }),
  };
}

function schemaOf(kind: Kind): OpenApiSchema {
  const { properties, ...rest } = toOpenApi(kind.schema(), kind.resource.kind);
  const { description: _, type: __, ...constraints } = rest;
  return {
    description: kind.description,
    type: 'object',
    properties: {
      apiVersion: { description: 'Group and version of the schema that the object is written in.', type: 'string' },
      kind: { description: 'Kind of the object. Can not be changed.', type: 'string' },
      metadata: { type: 'object' },
      ...(properties ?? {}),
    },
    ...constraints,
  };
}
