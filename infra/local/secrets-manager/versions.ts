import { ServiceError } from '../aws-json.ts';
import type { Secret, SecretValue, SecretVersion } from './vault.ts';

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
const MAX_VERSIONS = 100;
const DAY_MS = 86_400_000;

interface GivenValue {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
  readonly ClientRequestToken?: string;
}

/** The value in a request, or `undefined`. Throws when it holds both forms. */
export function valueIn({ SecretString, SecretBinary }: GivenValue): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
}

/** The id of the new version, which every request that carries a value must bring. */
export function tokenIn({ ClientRequestToken }: GivenValue): string {
  if (ClientRequestToken !== undefined) return ClientRequestToken;
  throw new ServiceError(
    'InvalidRequestException',
    'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
  );
}

/**
 * Adds a version with `stages`. The same id with the same value changes nothing, with another value it is a
 * `ResourceExistsException`: this is how a repeated request stays harmless.
 */
export function addVersion(
  secret: Secret,
  given: { readonly id: string; readonly value: SecretValue; readonly stages: readonly string[]; readonly now: number },
): SecretVersion {
  const known = secret.versions.find(({ id }) => id === given.id);
  if (known) {
    if (sameValue(known.value, given.value)) return known;
    throw new ServiceError('ResourceExistsException', 'A resource with the ID you requested already exists.');
  }
  dropDeprecated(secret, given.now);
  const added: SecretVersion = { id: given.id, createdAt: given.now, value: given.value, stages: [] };
  secret.versions.push(added);
  secret.changedAt = given.now;
  // A secret that has a value always has a current one.
  const hasCurrent = secret.versions.some(({ stages }) => stages.includes(CURRENT));
  for (const stage of new Set(hasCurrent ? given.stages : [...given.stages, CURRENT])) attach(secret, stage, added);
  return added;
}

/** The version with an id, a stage, or both; the current one when neither is given. */
export function selectVersion(
  secret: Secret,
  wanted: { readonly VersionId?: string; readonly VersionStage?: string },
): SecretVersion {
  const stage = wanted.VersionStage ?? (wanted.VersionId === undefined ? CURRENT : undefined);
  const version = secret.versions.find(({ id, stages }) =>
    wanted.VersionId === undefined ? stage !== undefined && stages.includes(stage) : id === wanted.VersionId,
  );
  if (!version) {
    const what = wanted.VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${wanted.VersionId}`;
    throw new ServiceError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  if (stage !== undefined && !version.stages.includes(stage)) {
    throw new ServiceError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  return version;
}

function attach(secret: Secret, stage: string, target: SecretVersion): void {
  const holder = secret.versions.find(({ stages }) => stages.includes(stage));
  if (holder === target) return;
  if (holder) holder.stages = holder.stages.filter((held) => held !== stage);
  target.stages = [...target.stages, stage];
  if (stage === CURRENT && holder) attach(secret, PREVIOUS, holder);
}

function dropDeprecated(secret: Secret, now: number): void {
  if (secret.versions.length < MAX_VERSIONS) return;
  // AWS never removes a version younger than a day, so a caller that writes too often meets the limit.
  const oldest = secret.versions.findIndex(({ stages, createdAt }) => stages.length === 0 && now - createdAt > DAY_MS);
  if (oldest === -1) {
    throw new ServiceError('LimitExceededException', `You can't have more than ${MAX_VERSIONS} versions of a secret.`);
  }
  secret.versions.splice(oldest, 1);
}

function sameValue(left: SecretValue, right: SecretValue): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
