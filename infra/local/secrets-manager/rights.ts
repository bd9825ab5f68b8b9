import type { AwsAccess } from '../aws-access.ts';
import { lookUp, type Vault } from './vault.ts';

/** The rights that a call needs, with the condition keys that our policies look at. */
export function rightsFor(vault: Vault, operation: string, input: unknown, caller: string): readonly AwsAccess[] {
  const { SecretId, Name, Tags, RecoveryWindowInDays } = fields(input);
  const id = String(SecretId ?? Name ?? '');
  const secret = lookUp(vault, id);
  const arn =
    secret?.arn ??
    (id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${vault.region}:${vault.accountId}:secret:${id}`);
  const tags = Object.entries(secret?.tags ?? {}).map(([key, value]) => [`secretsmanager:ResourceTag/${key}`, value]);
  const window =
    RecoveryWindowInDays === undefined ? [] : [['secretsmanager:RecoveryWindowInDays', String(RecoveryWindowInDays)]];
  const right = (action: string, resource = arn): AwsAccess => ({
    caller,
    action: `secretsmanager:${action}`,
    resource,
    context: Object.fromEntries([...tags, ...window]),
  });
  // AWS knows no resource for it.
  if (operation === 'ListSecrets') return [right(operation, '*')];
  const isTagged = operation === 'CreateSecret' && Array.isArray(Tags) && Tags.length > 0;
  return [right(operation), ...(isTagged ? [right('TagResource')] : [])];
}

function fields(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null ? { ...input } : {};
}
