/** One request that the server received. */
export interface ApiRequest {
  readonly user: string;
  /** get, list, watch, create, update, patch, delete or deletecollection; for paths that are no resource, the method. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  /** Empty for paths that are no resource, such as /healthz and discovery. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly path: string;
  readonly dryRun: boolean;
  /** When it arrived: milliseconds since the epoch, of the server's clock. */
  readonly at: number;
  /** The HTTP status; 0 while the answer is not made yet or when the connection was cut before. */
  readonly status: number;
}

/**
 * What goes wrong with a request: an answer of a status, a connection that is cut before or after the work, or no answer
 * ever, with nothing done (`hang`) or all of it (`hang-after`); stopping the server ends those.
 */
export type Fault =
  | { readonly status: number; readonly reason?: string; readonly retryAfter?: number }
  | 'reset'
  | 'reset-after'
  | 'hang'
  | 'hang-after';

/** Decides for each request whether something goes wrong. */
export type FaultRule = (request: ApiRequest) => Fault | undefined;
