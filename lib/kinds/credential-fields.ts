import type { TProperties } from 'typebox';
import { frozenWhileProgrammed, localRef, tags } from './ref-fields.ts';
import { type CelRule, kindFields, object, optional, text } from './schema.ts';
import { entityStatus } from './status-fields.ts';

/** The fields of a credential: what it consists of, beside the consumer that it belongs to, and tags. */
export function credentialFields<Properties extends TProperties>(
  description: string,
  properties: Properties,
  ...rules: readonly CelRule[]
) {
  const spec = object(description, {
    consumerRef: localRef('The consumer that the credential belongs to. Fixed while programmed.'),
    ...properties,
    tags: optional(tags()),
  });
  const status = entityStatus({ consumerID: optional(text('Id of the consumer in Konnect.')) });
  return kindFields(
    { spec, status: optional(status) },
    { rules: [frozenWhileProgrammed('spec.consumerRef'), ...rules] },
  );
}
