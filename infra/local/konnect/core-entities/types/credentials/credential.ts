import type { Body } from '../../../schema.ts';
import type { EntityType, Reference } from '../../entity-type.ts';
import { referenceField } from '../common.ts';

const limit = 50_000;

type Credential = Pick<EntityType, 'collection' | 'name' | 'properties' | 'required' | 'keys'> & {
  /** The path segment below a consumer; the collection's own path is named in the plural and cannot be written. */
  readonly nested: string;
  readonly references?: readonly Reference[];
  readonly defaults?: Body;
} & Pick<EntityType, 'rules' | 'derive'>;

/** What all credentials share: they belong to a consumer, go with it, are written below it and have no `updated_at`. */
export function credential({ nested, references = [], defaults = {}, ...rest }: Credential): EntityType {
  return {
    ...rest,
    properties: { ...rest.properties, consumer: referenceField },
    required: [...rest.required, 'consumer'],
    defaults: () => defaults,
    references: [{ field: 'consumer', to: 'consumers', onDelete: 'cascade', disputed: true, nested }, ...references],
    served: 'read',
    noUpdateTime: true,
    limit,
  };
}

export const textField = { type: 'string', minLength: 1 } as const;
