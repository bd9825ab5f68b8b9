import { ServiceError } from '../aws-json.ts';
import type { Inputs } from './inputs.ts';
import { tagsIn } from './tags.ts';
import { find, findLive, lookUp, newArn, type Secret, type SecretVersion, seconds, type Vault } from './vault.ts';
import { addVersion, selectVersion, tokenIn, valueIn } from './versions.ts';

const VALID_NAME = /^[A-Za-z0-9/_+=.@!-]+$/;
const CURRENT_ONLY = ['AWSCURRENT'];

/** Creates a secret, with a first version when a value is given. A repeat with the same token and value changes nothing. */
export function createSecret(vault: Vault, input: Inputs['CreateSecret']): object {
  if (!VALID_NAME.test(input.Name)) {
    throw new ServiceError(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    );
  }
  const value = valueIn(input);
  const id = value && tokenIn(input);
  const existing = lookUp(vault, input.Name);
  if (existing) return recreated(existing, input.Name, id && value ? { id, value } : undefined, vault.now());
  const secret = newSecret(vault, input);
  const version = id && value ? addVersion(secret, { id, value, stages: CURRENT_ONLY, now: vault.now() }) : undefined;
  vault.secrets.set(secret.name, secret);
  return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
}

/** The value of a version; the current one unless told otherwise. */
export function getSecretValue(vault: Vault, input: Inputs['GetSecretValue']): object {
  const secret = findLive(vault, input.SecretId);
  const version = selectVersion(secret, input);
  secret.accessedAt = vault.now();
  version.accessedAt = vault.now();
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...version.value,
    VersionStages: version.stages,
    CreatedDate: seconds(version.createdAt),
  };
}

/** Adds a version; it becomes the current one unless `VersionStages` says otherwise. */
export function putSecretValue(vault: Vault, input: Inputs['PutSecretValue']): object {
  const secret = findLive(vault, input.SecretId);
  const value = valueIn(input);
  if (!value) {
    throw new ServiceError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
  }
  const stages = input.VersionStages ?? CURRENT_ONLY;
  const version = addVersion(secret, { id: tokenIn(input), value, stages, now: vault.now() });
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
}

/** Changes what describes a secret and, when a value is given, adds a current version. */
export function updateSecret(vault: Vault, input: Inputs['UpdateSecret']): object {
  const secret = findLive(vault, input.SecretId);
  const value = valueIn(input);
  const now = vault.now();
  const version = value && addVersion(secret, { id: tokenIn(input), value, stages: CURRENT_ONLY, now });
  if (input.Description !== undefined) secret.description = input.Description;
  if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId;
  secret.changedAt = now;
  return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
}

/** The versions of a secret, paged; those without a stage only with `IncludeDeprecated`. */
export function listSecretVersionIds(vault: Vault, input: Inputs['ListSecretVersionIds']): object {
  const secret = find(vault, input.SecretId);
  const listed = secret.versions.filter(({ stages }) => input.IncludeDeprecated === true || stages.length > 0);
  const from = input.NextToken === undefined ? 0 : listed.findIndex(({ id }) => id === input.NextToken);
  if (from < 0) throw new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.');
  const to = from + (input.MaxResults ?? 100);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: listed.slice(from, to).map(describeVersion),
    NextToken: listed[to]?.id,
  };
}

function describeVersion(version: SecretVersion): object {
  return { VersionId: version.id, VersionStages: version.stages, CreatedDate: seconds(version.createdAt) };
}

function newSecret(vault: Vault, input: Inputs['CreateSecret']): Secret {
  const now = vault.now();
  return {
    arn: newArn(vault, input.Name),
    name: input.Name,
    createdAt: now,
    changedAt: now,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
    tags: tagsIn({}, input.Tags ?? []),
    versions: [],
  };
}

function recreated(
  existing: Secret,
  name: string,
  version: { readonly id: string; readonly value: SecretVersion['value'] } | undefined,
  now: number,
): object {
  if (existing.deletion) {
    throw new ServiceError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (!version || !existing.versions.some(({ id }) => id === version.id)) {
    throw new ServiceError(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    );
  }
  const { id } = addVersion(existing, { ...version, stages: CURRENT_ONLY, now });
  return { ARN: existing.arn, Name: existing.name, VersionId: id };
}
