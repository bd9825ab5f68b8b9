import { ServiceError } from './aws-json.ts';

/** One right that a call needs, as IAM looks at it. */
export interface AwsAccess {
  /** Access key id, or who it belongs to. */
  readonly caller: string;
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  /** An ARN; `*` for actions that know none. */
  readonly resource: string;
  /** Condition keys. */
  readonly context: Readonly<Record<string, string>>;
}

/** False refuses the call. */
export type Authorize = (access: AwsAccess) => boolean;

/**
 * Throws the error that AWS answers with where one of the rights is lacking.
 * @param denied the code and status of the service for it
 */
export function checkAccess(
  authorize: Authorize | undefined,
  accesses: readonly AwsAccess[],
  denied: { readonly code: string; readonly status: number },
): void {
  for (const access of accesses) {
    if (authorize === undefined || authorize(access)) continue;
    const { caller, action, resource } = access;
    throw new ServiceError(
      denied.code,
      `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
      denied.status,
    );
  }
}
