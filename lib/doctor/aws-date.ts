import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { isRecord } from '../engine/objects.ts';

/** Remembers the `Date` header of the client's latest answer, whatever else that says. */
export function dateOfAnswers(client: SQSClient | SecretsManagerClient): () => string | undefined {
  let date: string | undefined;
  const stack: Pick<SQSClient['middlewareStack'], 'add'> = client.middlewareStack as SQSClient['middlewareStack'];
  stack.add(
    (next) => async (args) => {
      const output = await next(args);
      const { response } = output;
      const headers = isRecord(response) ? response['headers'] : undefined;
      if (isRecord(headers) && typeof headers['date'] === 'string') date = headers['date'];
      return output;
    },
    { step: 'deserialize', priority: 'low', name: 'dateOfAnswers' },
  );
  return () => date;
}
