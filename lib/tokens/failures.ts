import { SecretsManagerServiceException } from '@aws-sdk/client-secrets-manager';
import { Retry, Terminal } from '../engine/errors.ts';

/** What an AWS error says beside its message, which may quote values of the request and so is left behind. */
interface Facts {
  readonly name: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

const refusals: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'ValidationException',
]);

/** True where the secret, or any version of it, does not exist. */
export function isMissing(error: unknown): boolean {
  return isNamed(error, 'ResourceNotFoundException');
}

/** True for the answer to operations on a secret that is to be deleted, which other things can cause as well. */
export function isInvalidRequest(error: unknown): boolean {
  return isNamed(error, 'InvalidRequestException');
}

export function isTaken(error: unknown): boolean {
  return isNamed(error, 'ResourceExistsException');
}

/**
 * A failure on a secret of ours. Always worth another try: the user's object is not at fault, and whoever runs the
 * deployment learns of it from the dead letters.
 */
export function storeFailure(error: unknown, operation: string, secret: string): Retry {
  const facts = factsOf(error);
  const advice = facts.name === 'AccessDeniedException' ? ': grant the function this operation on the secret' : '';
  return new Retry(`Secrets Manager failed to ${operation} ${secret} (${facts.name})${advice}`, { cause: facts });
}

/** A failure on a secret that the user named: what only the user or an administrator can change is a `Terminal`. */
export function revealFailure(error: unknown, arn: string): Retry | Terminal {
  const facts = factsOf(error);
  if (!refusals.has(facts.name)) return storeFailure(error, 'read', arn);
  return new Terminal(
    `${arn} can not be read (${facts.name}): let the reconciler's role describe and read the secret and decrypt with its ` +
      'key, or correct the ARN',
    { cause: facts },
  );
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof SecretsManagerServiceException && error.name === name;
}

function factsOf(error: unknown): Facts {
  if (error instanceof SecretsManagerServiceException) {
    return { name: error.name, status: error.$metadata.httpStatusCode, requestId: error.$metadata.requestId };
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name: code ?? (error instanceof Error ? error.name : 'unknown'), status: undefined, requestId: undefined };
}
