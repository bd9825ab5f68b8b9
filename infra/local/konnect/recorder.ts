import type { Answer } from './answer.ts';

/** One request as the emulator saw it. Holds no token, only a short hash that tells tokens apart. */
export interface KonnectRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly host: string;
  /** `ListControlPlanes` …; `Unknown` for a path that no API serves. */
  readonly operation: string;
  /** The path with `:name` for every parameter; the path itself when no API serves it. */
  readonly template: string;
  readonly write: boolean;
  readonly organizationId?: string;
  readonly tokenHash?: string;
  /** RFC 3339, of the emulator's clock. */
  readonly at: string;
  /** Absent until answered; stays absent when the connection was cut or left hanging. */
  readonly status?: number;
}

/** One request with its answer, for checking both against the published API documents. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly requestBody?: unknown;
  readonly status: number;
  readonly contentType: string;
  readonly responseBody?: unknown;
  /** The answer is an injected fault, not the API's own. */
  readonly injected: boolean;
}

export interface Recorder {
  readonly requests: readonly KonnectRequest[];
  readonly exchanges: readonly Exchange[];
  readonly writes: number;
  begin(request: KonnectRequest): KonnectRequest;
  /** The request got as far as its operation. */
  executed(request: KonnectRequest): void;
  answered(request: KonnectRequest, answer: Answer, body: unknown, injected: boolean): void;
  reset(): void;
}

export function createRecorder(): Recorder {
  const requests: Writable<KonnectRequest>[] = [];
  const exchanges: Exchange[] = [];
  let writes = 0;
  return {
    requests,
    exchanges,
    get writes() {
      return writes;
    },
    begin(request) {
      const kept = { ...request };
      requests.push(kept);
      return kept;
    },
    executed(request) {
      if (request.write) writes += 1;
    },
    answered(request, answer, body, injected) {
      (request as Writable<KonnectRequest>).status = answer.status; // the very object that begin() made
      exchanges.push(exchangeOf(request, answer, body, injected));
    },
    reset() {
      requests.length = 0;
      exchanges.length = 0;
      writes = 0;
    },
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function exchangeOf(request: KonnectRequest, answer: Answer, requestBody: unknown, injected: boolean): Exchange {
  const { method, path, query } = request;
  return {
    method,
    path,
    query,
    ...(requestBody !== undefined && { requestBody }),
    status: answer.status,
    contentType: answer.contentType ?? '',
    ...(answer.body !== undefined && { responseBody: answer.body }),
    injected,
  };
}
