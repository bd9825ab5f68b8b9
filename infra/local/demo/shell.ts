import { stackName } from '../deployment.ts';
import type { Stack } from '../stack.ts';

/**
 * What a shell needs to play a person at this stack: kubectl, the AWS SDKs and `osls invoke local --stage local` work
 * there as they are.
 * @param kubeconfig path of the administrator's
 * @returns lines to be sourced; they hold the key of the local AWS
 */
export function shellLines({ aws, queues, secrets, lambda, variables }: Stack, kubeconfig: string): string {
  const all: Readonly<Record<string, string>> = {
    KUBECONFIG: kubeconfig,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    KONNECT_RECONCILER_STACK: stackName,
    ...variables,
  };
  return Object.entries(all)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
