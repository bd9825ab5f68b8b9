import type { ServerResponse } from 'node:http';
import { ApiError } from '../status.ts';
import type { WatchOutput } from '../verbs/watch.ts';
import type { Encoded } from './encode.ts';

/** Sends a finished body. */
export function sendEncoded(response: ServerResponse, { status, contentType, body }: Encoded): void {
  response.writeHead(status, {
    'content-type': contentType,
    'cache-control': 'no-cache, private',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Sends an error as a Status and returns its HTTP code; what is no ApiError is a fault of this server: 500. */
export function sendError(response: ServerResponse, error: unknown): number {
  const known = error instanceof ApiError ? error : internal(error);
  const { code, details } = known;
  if (details?.retryAfterSeconds !== undefined) response.setHeader('retry-after', details.retryAfterSeconds);
  sendEncoded(response, { status: code, contentType: 'application/json', body: JSON.stringify(known.body()) });
  return code;
}

function internal(error: unknown): ApiError {
  const text = error instanceof Error ? error.message : String(error);
  return new ApiError(500, 'InternalError', `Internal error occurred: ${text}`, { causes: [{ message: text }] });
}

/** The stream of a watch: chunked JSON lines. The headers go out at once, so that the client knows that it is connected. */
export function watchOutput(response: ServerResponse): WatchOutput {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  let waiting = '';
  const flush = (): void => {
    if (waiting !== '' && !response.writableEnded && !response.destroyed) response.write(waiting);
    waiting = '';
  };
  return {
    // Events of one turn of the event loop are one chunk: to write each by itself costs more than to make it.
    write(text) {
      if (waiting === '') setImmediate(flush);
      waiting += text;
    },
    buffered: () => response.writableLength + waiting.length,
    end() {
      flush();
      response.end();
    },
    onClose: (listener) => void response.once('close', listener),
  };
}
