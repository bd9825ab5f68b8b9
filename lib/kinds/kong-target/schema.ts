import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import { nameRef, tags } from '../ref-fields.ts';
import { celRule, integer, kindFields, object, optional, text } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const spec = object('The target as it should be in Konnect: one address behind an upstream.', {
    upstreamRef: nameRef(
      'The upstream that the target belongs to. Fixed.',
      'Name of the upstream object, in the same namespace.',
    ),
    target: text('Host name or IP address, with a port; 8000 without one.'),
    weight: integer('Share of the requests, relative to the weights of the other targets; 0 for none.', {
      default: 100,
      minimum: 0,
      maximum: 65535,
    }),
    tags: optional(tags()),
  });

  const status = entityStatus({ upstreamID: optional(text('Id of the upstream in Konnect.')) });

  return kindFields(
    { spec, status: optional(status) },
    { rules: [celRule('oldSelf.spec.upstreamRef == self.spec.upstreamRef', 'spec.upstreamRef is immutable')] },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongTarget', { columns: [programmedColumn] });
