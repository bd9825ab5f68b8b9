/** What the runtime inside a worker thread is started with. */
export interface RuntimeData {
  readonly bundle: string;
  /** The name of the bundle's export. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** One invocation, to the runtime. `event` is JSON, `deadline` milliseconds since the epoch. */
export interface Invoke {
  readonly requestId: string;
  readonly event: string;
  readonly deadline: number;
  readonly traceId: string;
}

/** An error in the form that Lambda's Node runtime answers with. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** From the runtime. `fatal` says that the thread is about to end. */
export type RuntimeMessage =
  | { readonly type: 'log'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly requestId: string; readonly payload: string }
  | { readonly type: 'failed'; readonly requestId: string; readonly error: FunctionError }
  | { readonly type: 'fatal'; readonly error: FunctionError };
