import { SQSClient } from '@aws-sdk/client-sqs';
import { awsHttp } from '../aws-http.ts';

export interface SqsClientOptions {
  /** For one attempt. Default 5,000. */
  readonly timeoutMs?: number;
  /** Attempts of one call, the first included. Default 3. */
  readonly attempts?: number;
  /** Default: what AWS_REGION says. */
  readonly region?: string;
  /** Default: AWS's own, or what the variables say. */
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * The SQS client. Region, endpoint and credentials come from the SDK's own variables (AWS_REGION, AWS_ENDPOINT_URL,
 * AWS_ENDPOINT_URL_SQS, …).
 */
export function createSqsClient({ timeoutMs = 5_000, attempts = 3, ...config }: SqsClientOptions = {}): SQSClient {
  return new SQSClient({
    ...config,
    maxAttempts: attempts,
    retryMode: 'standard',
    requestHandler: awsHttp({ answerMs: timeoutMs }),
    // Else the host in a queue's URL would win over the endpoint that somebody chose, such as that of FIPS or of a VPC.
    useQueueUrlAsEndpoint: false,
  });
}

/** What sends commands to SQS. */
export type Sqs = Pick<SQSClient, 'send'>;

/** The same, made when it is first used: most invocations of a function send nothing, and each start waits for what it makes. */
export function createSqsWhenUsed(): Sqs {
  let client: SQSClient | undefined;
  const send = (...sent: Parameters<SQSClient['send']>): unknown => {
    client ??= createSqsClient();
    return client.send(...sent);
  };
  return { send: send as SQSClient['send'] };
}
