import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { ServiceError, sendServiceError } from '../aws-json.ts';
import { type Credentials, verifySignature } from '../aws-signature.ts';
import type { LocalFunctions } from './functions.ts';

const contentType = 'application/json';
const invocationTypes = ['RequestResponse', 'Event', 'DryRun'] as const;
type InvocationType = (typeof invocationTypes)[number];
/** Bytes of an event. */
const limits: Readonly<Record<InvocationType, number>> = {
  RequestResponse: 6 * 1024 * 1024,
  Event: 1024 * 1024,
  DryRun: 6 * 1024 * 1024,
};

export interface LambdaOptions {
  readonly functions: LocalFunctions;
  readonly region: string;
  readonly accountId: string;
  /** Every signature is verified against this key pair. */
  readonly credentials: Credentials;
}

export interface LocalLambda extends AsyncDisposable {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves Lambda's Invoke on the loopback interface, so that `@aws-sdk/client-lambda` needs only `url` as its endpoint.
 * Kinder than Lambda: an asynchronous invocation that fails is not tried again.
 */
export async function startLambda(options: LambdaOptions): Promise<LocalLambda> {
  const app = Fastify({
    forceCloseConnections: true,
    bodyLimit: 2 * limits.RequestResponse,
    // An ARN may stand in place of a name.
    routerOptions: { maxParamLength: 256 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/2015-03-31/functions/:name/invocations', async (request, reply) => serve(options, request, reply));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const stop = async () => app.close();
  return { url, stop, [Symbol.asyncDispose]: stop };
}

async function serve(options: LambdaOptions, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  try {
    const { functions } = options;
    const body = typeof request.body === 'string' ? request.body : '';
    const { headers } = request;
    checkSignature(request, body, options);
    const name = nameIn(request, options);
    const type = invocationTypeOf(headers['x-amz-invocation-type']);
    const event = eventIn(body, type);
    reply.headers({ 'x-amzn-requestid': randomUUID(), 'x-amz-executed-version': '$LATEST' });
    if (type === 'DryRun') return reply.code(204).send();
    const invocation = functions.invoke(name, event);
    if (type === 'Event') {
      // Whoever invokes in this way does not learn how it ends; the function's log says it.
      invocation.catch(() => undefined);
      return reply.code(202).send();
    }
    const { payload, functionError, logTail } = await invocation;
    if (functionError !== undefined) reply.header('x-amz-function-error', functionError);
    if (headers['x-amz-log-type'] === 'Tail') reply.header('x-amz-log-result', Buffer.from(logTail).toString('base64'));
    return reply.type(contentType).send(JSON.stringify(payload));
  } catch (error) {
    if (error instanceof ServiceError) return sendServiceError(reply, error, contentType);
    throw error;
  }
}

function checkSignature({ headers, url }: FastifyRequest, body: string, { region, credentials }: LambdaOptions): void {
  try {
    verifySignature({ headers, body, url }, { service: 'lambda', region, credentials });
  } catch (error) {
    // Services with paths say it with another status than those without.
    throw error instanceof ServiceError ? new ServiceError(error.code, error.message, 403) : error;
  }
}

/** The function that a path names: by name or ARN, with a qualifier or without. */
function nameIn(request: FastifyRequest, { functions, region, accountId }: LambdaOptions): string {
  const { name: given = '' } = Object(request.params);
  const { Qualifier = '' } = Object(request.query);
  const pattern = /^(?:(?:arn:aws:lambda:[\w-]+:)?\d{12}:function:)?([\w-]+)(?::([\w$-]+))?$/;
  const [, name = String(given), qualifier = String(Qualifier)] = pattern.exec(String(given)) ?? [];
  if (functions.names.includes(name) && ['', '$LATEST'].includes(qualifier)) return name;
  const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}${qualifier === '' ? '' : `:${qualifier}`}`;
  throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}

function invocationTypeOf(header: string | string[] | undefined): InvocationType {
  const found = invocationTypes.find((type) => type === (header ?? 'RequestResponse'));
  if (found !== undefined) return found;
  throw new ServiceError(
    'InvalidParameterValueException',
    `1 validation error detected: Value '${header}' at 'invocationType' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${invocationTypes.join(', ')}]`,
  );
}

function eventIn(body: string, type: InvocationType): unknown {
  const limit = limits[type];
  if (Buffer.byteLength(body) > limit) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new ServiceError('RequestTooLargeException', message, 413);
  }
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new ServiceError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}
