import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { ServiceError } from '../aws-json.ts';

const MAX_SECRET_BYTES = 65_536;

const secretId = Type.String({ minLength: 1, maxLength: 2048 });
const token = Type.String({ minLength: 32, maxLength: 64 });
const stage = Type.String({ minLength: 1, maxLength: 256 });
const secretString = Type.String({ minLength: 1 });
const secretBinary = Type.String({ minLength: 1, pattern: '^[A-Za-z0-9+/]+={0,2}$' });
const description = Type.String({ maxLength: 2048 });
const kmsKeyId = Type.String({ maxLength: 2048 });
const tag = Type.Object({
  Key: Type.String({ minLength: 1, maxLength: 128 }),
  Value: Type.Optional(Type.String({ maxLength: 256 })),
});
const filter = Type.Object({
  Key: Type.Union(
    ['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'].map((key) =>
      Type.Literal(key),
    ),
  ),
  Values: Type.Array(Type.String({ pattern: '^!?[a-zA-Z0-9 :_@/+=.\\-!]*$', maxLength: 512 }), {
    minItems: 1,
    maxItems: 10,
  }),
});
const page = {
  MaxResults: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  NextToken: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
};

/** The requests we accept, by operation; limits as in the Secrets Manager API reference. */
export const schemas = {
  CreateSecret: Type.Object({
    Name: Type.String({ minLength: 1, maxLength: 512 }),
    ClientRequestToken: Type.Optional(token),
    Description: Type.Optional(description),
    KmsKeyId: Type.Optional(kmsKeyId),
    SecretString: Type.Optional(secretString),
    SecretBinary: Type.Optional(secretBinary),
    Tags: Type.Optional(Type.Array(tag)),
  }),
  GetSecretValue: Type.Object({
    SecretId: secretId,
    VersionId: Type.Optional(token),
    VersionStage: Type.Optional(stage),
  }),
  PutSecretValue: Type.Object({
    SecretId: secretId,
    ClientRequestToken: Type.Optional(token),
    SecretString: Type.Optional(secretString),
    SecretBinary: Type.Optional(secretBinary),
    VersionStages: Type.Optional(Type.Array(stage, { minItems: 1, maxItems: 20 })),
  }),
  UpdateSecret: Type.Object({
    SecretId: secretId,
    ClientRequestToken: Type.Optional(token),
    Description: Type.Optional(description),
    KmsKeyId: Type.Optional(kmsKeyId),
    SecretString: Type.Optional(secretString),
    SecretBinary: Type.Optional(secretBinary),
  }),
  DescribeSecret: Type.Object({ SecretId: secretId }),
  ListSecrets: Type.Object({
    ...page,
    IncludePlannedDeletion: Type.Optional(Type.Boolean()),
    Filters: Type.Optional(Type.Array(filter, { maxItems: 10 })),
    SortOrder: Type.Optional(Type.Union([Type.Literal('asc'), Type.Literal('desc')])),
  }),
  ListSecretVersionIds: Type.Object({
    ...page,
    SecretId: secretId,
    IncludeDeprecated: Type.Optional(Type.Boolean()),
  }),
  DeleteSecret: Type.Object({
    SecretId: secretId,
    RecoveryWindowInDays: Type.Optional(Type.Integer()),
    ForceDeleteWithoutRecovery: Type.Optional(Type.Boolean()),
  }),
  RestoreSecret: Type.Object({ SecretId: secretId }),
  TagResource: Type.Object({ SecretId: secretId, Tags: Type.Array(tag) }),
  UntagResource: Type.Object({
    SecretId: secretId,
    TagKeys: Type.Array(Type.String({ minLength: 1, maxLength: 128 })),
  }),
};

export type Operation = keyof typeof schemas;
export type Inputs = { readonly [O in Operation]: Static<(typeof schemas)[O]> };

const validators = new Map(Object.entries(schemas).map(([operation, schema]) => [operation, Compile(schema)]));

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(schemas, name);
}

/**
 * Reads the body of `operation`. Throws `SerializationException` for what is not JSON of the right types and
 * `ValidationException` for a broken limit. The error names the field and the rule, never the value: it may be a secret.
 */
export function parseInput<O extends Operation>(operation: O, body: string): Inputs[O] {
  const value = parseJson(body);
  const [problem] = validators.get(operation)?.Errors(value) ?? [];
  if (problem) throw invalid(problem.keyword, problem.instancePath, problem.message);
  // The validator compiled from this operation's schema has just accepted the value.
  const input = value as Inputs[O];
  checkSize(input);
  return input;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw Object.assign(new ServiceError('SerializationException', 'The request body is not JSON.'), { cause });
  }
}

function invalid(keyword: string, path: string, rule: string): ServiceError {
  const field = path.slice(1).replaceAll('/', '.') || 'request';
  if (keyword === 'type') return new ServiceError('SerializationException', `Member '${field}' ${rule}.`);
  const name = field.charAt(0).toLowerCase() + field.slice(1);
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member ${rule}`,
  );
}

function checkSize(input: object): void {
  const sizes = {
    secretString: 'SecretString' in input ? Buffer.byteLength(String(input.SecretString)) : 0,
    secretBinary: 'SecretBinary' in input ? Buffer.byteLength(String(input.SecretBinary), 'base64') : 0,
  };
  for (const [field, size] of Object.entries(sizes)) {
    if (size > MAX_SECRET_BYTES) {
      throw new ServiceError(
        'ValidationException',
        `1 validation error detected: Value at '${field}' failed to satisfy constraint: ` +
          `Member must have length less than or equal to ${MAX_SECRET_BYTES}`,
      );
    }
  }
}
