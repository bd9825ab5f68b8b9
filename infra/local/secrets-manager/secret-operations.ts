import { ServiceError } from '../aws-json.ts';
import { matches } from './filters.ts';
import type { Inputs } from './inputs.ts';
import { tagList, tagsIn } from './tags.ts';
import { find, findLive, lookUp, newArn, type Secret, seconds, startOfDay, type Vault } from './vault.ts';

const DAY_MS = 86_400_000;
const DEFAULT_WINDOW_DAYS = 30;

/** What is known about a secret, its value excepted. Works while a secret waits for its deletion, too. */
export function describeSecret(vault: Vault, input: Inputs['DescribeSecret']): object {
  const secret = find(vault, input.SecretId);
  return { ...summary(secret), VersionIdsToStages: stagesOf(secret) };
}

/** Secrets in the order of their creation, filtered and paged. */
export function listSecrets(vault: Vault, input: Inputs['ListSecrets']): object {
  const listed = [...vault.secrets.values()]
    .filter((secret) => input.IncludePlannedDeletion === true || !secret.deletion)
    .filter((secret) => (input.Filters ?? []).every((filter) => matches(secret, vault.region, filter)))
    .sort((left, right) => left.createdAt - right.createdAt || left.name.localeCompare(right.name));
  if (input.SortOrder === 'desc') listed.reverse();
  const from = input.NextToken === undefined ? 0 : listed.findIndex(({ arn }) => arn === input.NextToken);
  if (from < 0) throw new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.');
  const to = from + (input.MaxResults ?? 100);
  return {
    SecretList: listed
      .slice(from, to)
      .map((secret) => ({ ...summary(secret), SecretVersionsToStages: stagesOf(secret) })),
    NextToken: listed[to]?.arn,
  };
}

/** Schedules the deletion of a secret, or deletes it at once with `ForceDeleteWithoutRecovery`. */
export function deleteSecret(vault: Vault, input: Inputs['DeleteSecret']): object {
  const window = recoveryWindow(input);
  const now = vault.now();
  if (window === 0) return forceDelete(vault, input.SecretId);
  const secret = findLive(vault, input.SecretId);
  secret.deletion = { askedAt: now, due: now + window * DAY_MS };
  return { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(secret.deletion.due) };
}

/** Takes back a scheduled deletion. */
export function restoreSecret(vault: Vault, input: Inputs['RestoreSecret']): object {
  const secret = find(vault, input.SecretId);
  delete secret.deletion;
  return { ARN: secret.arn, Name: secret.name };
}

export function tagResource(vault: Vault, input: Inputs['TagResource']): object {
  const secret = findLive(vault, input.SecretId);
  secret.tags = tagsIn(secret.tags, input.Tags);
  secret.changedAt = vault.now();
  return {};
}

export function untagResource(vault: Vault, input: Inputs['UntagResource']): object {
  const secret = findLive(vault, input.SecretId);
  secret.tags = Object.fromEntries(Object.entries(secret.tags).filter(([key]) => !input.TagKeys.includes(key)));
  secret.changedAt = vault.now();
  return {};
}

function recoveryWindow({
  ForceDeleteWithoutRecovery: force,
  RecoveryWindowInDays: days,
}: Inputs['DeleteSecret']): number {
  const invalid = (message: string) => new ServiceError('InvalidParameterException', message);
  if (force === true && days !== undefined) {
    throw invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  if (force === true) return 0;
  if (days !== undefined && (days < 7 || days > 30)) {
    throw invalid('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  }
  return days ?? DEFAULT_WINDOW_DAYS;
}

function forceDelete(vault: Vault, id: string): object {
  // AWS answers alike for a secret that never was; callers can not use this to find out.
  const secret = lookUp(vault, id);
  if (secret) vault.secrets.delete(secret.name);
  return {
    ARN: secret?.arn ?? newArn(vault, id),
    Name: secret?.name ?? id,
    DeletionDate: seconds(vault.now()),
  };
}

function summary(secret: Secret): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: seconds(secret.createdAt),
    LastChangedDate: seconds(secret.changedAt),
    LastAccessedDate: secret.accessedAt === undefined ? undefined : startOfDay(secret.accessedAt),
    DeletedDate: secret.deletion && seconds(secret.deletion.askedAt),
    Tags: tagList(secret.tags),
  };
}

function stagesOf(secret: Secret): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
  );
}
