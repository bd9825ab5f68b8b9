import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
  type Tag,
} from '@aws-sdk/client-secrets-manager';
import { isInvalidRequest, isMissing, isTaken } from './failures.ts';

/** What there is under a name. `deleted` is a secret within its recovery window; `value` is absent for a binary one. */
export type Found =
  | { readonly is: 'there'; readonly value: string | undefined }
  | { readonly is: 'missing' | 'deleted' };

/** The current value of a secret, by name or ARN. Throws the SDK's errors. */
export async function look(client: SecretsManagerClient, id: string): Promise<Found> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    return { is: 'there', value: SecretString };
  } catch (error) {
    if (isMissing(error)) return { is: 'missing' };
    if (isInvalidRequest(error) && (await isDeleted(client, id))) return { is: 'deleted' };
    throw error;
  }
}

interface NewSecret {
  readonly name: string;
  readonly value: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly kmsKeyArn?: string | undefined;
}

/** Makes the value the current one of the secret, whatever the secret's state. Throws the SDK's errors. */
export async function write(client: SecretsManagerClient, secret: NewSecret, found: Found['is']): Promise<void> {
  const { name, value, tags, kmsKeyArn } = secret;
  const key = kmsKeyArn === undefined ? {} : { KmsKeyId: kmsKeyArn };
  if (found === 'missing') {
    const created = await create(client, { Name: name, SecretString: value, Tags: tagList(tags), ...key });
    if (created) return;
  }
  if (found === 'deleted') await client.send(new RestoreSecretCommand({ SecretId: name }));
  await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
}

/** Schedules the deletion; false where there is nothing to delete (any more). Throws the SDK's errors. */
export async function remove(client: SecretsManagerClient, name: string, recoveryWindowDays: number): Promise<boolean> {
  try {
    await client.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: recoveryWindowDays }));
    return true;
  } catch (error) {
    if (isMissing(error) || (isInvalidRequest(error) && (await isDeleted(client, name)))) return false;
    throw error;
  }
}

// False where somebody else was faster, or where an earlier creation left a secret without a value.
async function create(client: SecretsManagerClient, input: CreateSecretCommandInput): Promise<boolean> {
  try {
    await client.send(new CreateSecretCommand(input));
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

// The error for a secret that is to be deleted is one of many of its name, told apart only by its text: so look.
async function isDeleted(client: SecretsManagerClient, id: string): Promise<boolean> {
  try {
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: id }));
    return DeletedDate !== undefined;
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
}

function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
