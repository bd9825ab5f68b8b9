import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsHttp } from '../aws-http.ts';
import { createSqsClient } from '../events/sqs-client.ts';
import { dateOfAnswers } from './aws-date.ts';
import { checkClock } from './clock.ts';
import type { Finding } from './finding.ts';
import { checkQueues, type Explain } from './queues.ts';
import { checkKept, readKept } from './secrets.ts';

export interface AwsExamination {
  readonly stack: string;
  readonly region?: string;
  readonly explain: Explain;
}

export interface AwsFindings {
  readonly findings: readonly Finding[];
  /** Names of the tokens that are kept; undefined where nobody could look. */
  readonly tokens?: readonly string[];
}

/** Looks at a deployment. Reads names, never values. */
export async function examineAws({ stack, region, explain }: AwsExamination): Promise<AwsFindings> {
  const where = region === undefined ? {} : { region };
  const sqs = createSqsClient({ ...where, attempts: 2 });
  const secrets = new SecretsManagerClient({ ...where, maxAttempts: 2, requestHandler: awsHttp({ answerMs: 5_000 }) });
  const dates = [dateOfAnswers(sqs), dateOfAnswers(secrets)];
  try {
    const identity = await checkIdentity(sqs, explain);
    if (identity.state !== 'fine') return { findings: [identity] };
    const queues = await checkQueues(sqs, stack, explain);
    const kept = await readKept(secrets, stack).catch((error: unknown) => explain(error));
    const date = dates.map((of) => of()).find((one) => one !== undefined);
    const clock = date === undefined ? [] : [checkClock('AWS', date, new Date())];
    if (typeof kept === 'string') {
      const fix = 'allow secretsmanager:ListSecrets';
      return { findings: [identity, ...clock, ...queues, { check: 'secrets', state: 'wrong', message: kept, fix }] };
    }
    return { findings: [identity, ...clock, ...queues, ...checkKept(kept, stack)], tokens: kept.tokens };
  } finally {
    sqs.destroy();
    secrets.destroy();
  }
}

/** Says by which key, for it is often another profile's; the id of a key opens nothing. */
async function checkIdentity({ config }: ReturnType<typeof createSqsClient>, explain: Explain): Promise<Finding> {
  const check = 'aws';
  try {
    const [region, { accessKeyId }] = await Promise.all([config.region(), config.credentials()]);
    return { check, state: 'fine', message: `region ${region}, access key ${accessKeyId}` };
  } catch (error) {
    const fix = 'choose a profile (AWS_PROFILE) and a region (--region), and sign in';
    return { check, state: 'wrong', message: explain(error), fix };
  }
}
