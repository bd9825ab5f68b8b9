import type { Json } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import { modelOf } from '../resources/model.ts';
import type { Column } from '../resources/resource.ts';
import { ageOf } from './age.ts';

/** The name column, which every table starts with. */
export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  priority: 0,
  cell: (object) => object.metadata.name ?? '',
};

const created =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

/** The age column of built-in resources: the server prints the age. */
export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  format: '',
  description: created,
  priority: 0,
  cell: (object, now) => ageOf(object.metadata.creationTimestamp, now),
};

/** The columns of resources that say nothing about columns. */
export const defaultColumns: readonly Column[] = [
  nameColumn,
  {
    ...ageColumn,
    name: 'Created At',
    type: 'date',
    description: created,
    cell: (object) => object.metadata.creationTimestamp ?? '',
  },
];

/** A text column. */
export function textColumn(name: string, cell: (object: KubernetesObject) => Json, priority = 0): Column {
  return { name, type: 'string', format: '', description: '', priority, cell };
}

/** A column with a whole number. */
export function countColumn(name: string, cell: (object: KubernetesObject) => Json): Column {
  return { ...textColumn(name, cell), type: 'integer' };
}

/** The columns with descriptions by name: a text, or `Model.field`, whose own description is taken. */
export function describe(columns: readonly Column[], texts: Readonly<Record<string, string>>): readonly Column[] {
  return columns.map((column) => {
    const text = texts[column.name];
    if (text === undefined) return column;
    const [, model, field = ''] = /^((?:Core)?V1\w+)\.(\w+)$/.exec(text) ?? [];
    if (model === undefined) return { ...column, description: text };
    return { ...column, description: () => modelOf(model).fields.get(field)?.description ?? '' };
  });
}
