import type { JsonSchema } from '../../schema.ts';

export const protocols = [
  'grpc',
  'grpcs',
  'http',
  'https',
  'tcp',
  'tls',
  'tls_passthrough',
  'udp',
  'ws',
  'wss',
] as const;

/** Names that may stand for an id in a path. Konnect may take more today (other scripts); what passes here passes there. */
export const nameField: JsonSchema = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[0-9a-zA-Z.\\-_~]*$' };

/** `{ "id": "…" }`, the form of a reference to another entity. */
export const referenceField: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: { type: 'string', pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' } },
};

/** A path without a regular expression: what a URL may hold, and no empty segment. */
export const plainPath = String.raw`(?!.*//)/[a-zA-Z0-9\-._~%!$&'()*+,;=:@/]*`;
