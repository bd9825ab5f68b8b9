import { CommanderError } from 'commander';
import { ClusterError, Terminal } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import { printable } from '../printable.ts';

/**
 * What a command ends with, the same for all of them: 0 where all is well, 1 where something was found that is not, and 2
 * where the command itself could not do its work.
 */
export const exitCodes = { fine: 0, found: 1, failed: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Something that a person who uses the command line can do something about: says what is wrong, where, and what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

const signIn = 'sign in to AWS (AWS_PROFILE, AWS_ACCESS_KEY_ID, …) and try again';

/** What to do about an error of AWS, by its name; its message is told as well, where that holds no secret. */
const advice: Readonly<Record<string, string>> = {
  CredentialsProviderError: `no AWS credentials: ${signIn}`,
  ExpiredToken: `the AWS credentials have expired: ${signIn}`,
  ExpiredTokenException: `the AWS credentials have expired: ${signIn}`,
  InvalidClientTokenId: `AWS does not know these credentials: ${signIn}`,
  UnrecognizedClientException: `AWS does not know these credentials: ${signIn}`,
  InvalidSignatureException: `AWS refuses the signature of these credentials: ${signIn}`,
  SignatureDoesNotMatch: `AWS refuses the signature of these credentials: ${signIn}`,
};

/** What is said of an error: never a stack trace, never a secret. */
export function wordsOf(error: unknown): string {
  if (error instanceof Problem || error instanceof Terminal || error instanceof ClusterError) {
    return printable(error.message);
  }
  if (!(error instanceof Error)) return 'unexpected: something that is no error was thrown';
  const known = Object.hasOwn(advice, error.name) ? advice[error.name] : undefined;
  if (known !== undefined) return known;
  if (/region is missing/i.test(error.message)) return 'no AWS region: give --region, or set AWS_REGION';
  if (isDenied(error)) return `AWS does not allow it: ${printable(error.message)}`;
  const code = codeOf(error);
  if (code !== undefined || error.name === 'TimeoutError') {
    return `no answer (${code ?? error.name}): is the network up, and are --region and AWS_ENDPOINT_URL… right?`;
  }
  return printable(`${error.name}: ${error.message}`);
}

/** @returns the exit code of an error; commander's own are errors of usage, but for those that only show help. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof CommanderError && error.exitCode === 0 ? exitCodes.fine : exitCodes.failed;
}

function isDenied({ name }: Error): boolean {
  return /^AccessDenied/.test(name);
}

/** Node's word for why there was no answer, such as ECONNREFUSED; an error may hold it deep inside. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (!isRecord(error) || depth > 3) return undefined;
  const code = error['code'];
  if (typeof code === 'string' && /^E[A-Z0-9]{3,}$/.test(code)) return code;
  const inner = Array.isArray(error['errors']) ? error['errors'][0] : undefined;
  return codeOf(inner, depth + 1) ?? codeOf(error['cause'], depth + 1);
}
