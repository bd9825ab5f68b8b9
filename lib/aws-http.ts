import { UndiciHttpHandler } from '@smithy/undici-http-handler';

export interface AwsHttpOptions {
  /** Milliseconds until a connection stands. Default: as long as for an answer. */
  readonly connectMs?: number;
  /** Milliseconds without a word of the answer. */
  readonly answerMs: number;
}

/**
 * How clients of AWS speak HTTP: by undici, as all else here does. The SDK's own way would have a function load Node's
 * HTTP client and server at each start for it alone, and waits for ever unless told otherwise.
 */
export function awsHttp({ answerMs, connectMs = answerMs }: AwsHttpOptions): UndiciHttpHandler {
  return new UndiciHttpHandler({
    dispatcher: {
      allowH2: false,
      connect: { timeout: connectMs },
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
    },
  });
}
