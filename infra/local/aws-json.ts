import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/**
 * What a local AWS endpoint may be told to do to one request.
 * `reset` cuts the connection before the operation happens, `reset-after` once it has happened (a lost reply),
 * `hang` never answers, nor does `hang-after` once it has happened. An object answers with that AWS error and does not perform the operation.
 */
export type Fault =
  | { readonly status: number; readonly code: string; readonly message?: string }
  | 'reset'
  | 'reset-after'
  | 'hang'
  | 'hang-after';

/** What a fault rule may look at; `resource` is a secret id or a queue name. */
export interface FaultSubject {
  readonly operation: string;
  readonly resource: string | undefined;
}

/** Decides per request; `undefined` lets it through. */
export type FaultRule = (request: FaultSubject) => Fault | undefined;

/** An error that the service answers with, in the shape of the AWS JSON protocols. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Sends `error` as AWS does: the code in `x-amzn-errortype` and `__type`, the text in `message` and `Message`. */
export function sendServiceError(reply: FastifyReply, error: ServiceError, contentType: string): FastifyReply {
  // Services differ in the case of "message"; the SDKs read either.
  return reply
    .code(error.status)
    .headers({ 'content-type': contentType, 'x-amzn-errortype': error.code, 'x-amzn-requestid': randomUUID() })
    .send(JSON.stringify({ __type: error.code, message: error.message, Message: error.message }));
}

/** Dates the answer by the clock that signatures are checked by: the SDK corrects its own by that. */
export function tellTime(reply: FastifyReply): void {
  reply.header('date', new Date().toUTCString());
}

/** Cuts the client's connection with a TCP reset and answers nothing. */
export function cutConnection(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}
