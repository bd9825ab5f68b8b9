import { randomInt } from 'node:crypto';
import { ServiceError } from '../aws-json.ts';

/** What a version holds: text, or bytes in base64. */
export type SecretValue = { readonly SecretString: string } | { readonly SecretBinary: string };

export interface SecretVersion {
  readonly id: string;
  /** Milliseconds since the epoch, as every time in this file. */
  readonly createdAt: number;
  readonly value: SecretValue;
  stages: readonly string[];
  accessedAt?: number;
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  changedAt: number;
  accessedAt?: number;
  description?: string;
  kmsKeyId?: string;
  tags: Record<string, string>;
  versions: SecretVersion[];
  /** Present while the secret waits for its deletion: when that was asked for, and when it happens. */
  deletion?: { readonly askedAt: number; readonly due: number };
}

/** Everything the service knows. */
export interface Vault {
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
  readonly secrets: Map<string, Secret>;
}

const MARKED = "You can't perform this operation on the secret because it was marked for deletion.";
const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX_LENGTH = 6;

/** The ARN of a new secret: its name and six random characters, so that a re-created secret has another one. */
export function newArn(vault: Vault, name: string): string {
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)]);
  return `arn:aws:secretsmanager:${vault.region}:${vault.accountId}:secret:${name}-${suffix.join('')}`;
}

/** Finds by name, ARN, or ARN without its suffix. */
export function lookUp(vault: Vault, id: string): Secret | undefined {
  const byName = vault.secrets.get(id);
  if (byName || !id.startsWith('arn:')) return byName;
  return [...vault.secrets.values()].find(({ arn }) => arn === id || arn.slice(0, -(SUFFIX_LENGTH + 1)) === id);
}

/** As {@link lookUp}, but a missing secret is a `ResourceNotFoundException`. */
export function find(vault: Vault, id: string): Secret {
  const secret = lookUp(vault, id);
  if (!secret) {
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  return secret;
}

/** As {@link find}, but a secret that waits for its deletion is an `InvalidRequestException`. */
export function findLive(vault: Vault, id: string): Secret {
  const secret = find(vault, id);
  if (secret.deletion) throw new ServiceError('InvalidRequestException', MARKED);
  return secret;
}

/** Removes the secrets whose recovery window is over. */
export function purge(vault: Vault): void {
  for (const [name, { deletion }] of vault.secrets) {
    if (deletion && deletion.due <= vault.now()) vault.secrets.delete(name);
  }
}

/** AWS JSON carries times as seconds. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** Secrets Manager tells the last access to the day only. */
export function startOfDay(milliseconds: number): number {
  return Math.floor(milliseconds / 86_400_000) * 86_400;
}
