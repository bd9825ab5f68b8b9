import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Authorize, checkAccess } from '../aws-access.ts';
import { cutConnection, type FaultRule, ServiceError, sendServiceError, tellTime } from '../aws-json.ts';
import { type KeyPairs, verifySignature } from '../aws-signature.ts';
import { type Inputs, isOperation, type Operation, parseInput } from './inputs.ts';
import { rightsFor } from './rights.ts';
import * as secretOperations from './secret-operations.ts';
import * as valueOperations from './value-operations.ts';
import { purge, type Secret, type Vault } from './vault.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** What a restart needs; holds the secret values, so it belongs where secrets may be. */
export interface SecretsManagerState {
  readonly secrets: readonly Secret[];
}

export interface SecretsManagerOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly region?: string;
  readonly accountId?: string;
  /** When given, every signature is verified against these key pairs. */
  readonly credentials?: KeyPairs;
  readonly authorize?: Authorize;
  /** Milliseconds since the epoch, for creation times and recovery windows. */
  readonly clock?: () => number;
  /** Added to every answer. */
  readonly latencyMs?: number;
  readonly state?: SecretsManagerState;
}

/** One call as it was answered: never with a value. `status` is 0 when no answer was sent. */
export interface SecretsManagerRequest {
  readonly operation: string;
  readonly secretId: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly status: number;
  readonly at: number;
}

export interface LocalSecretsManager extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SecretsManagerRequest[];
  resetRequests(): void;
  /** A look behind the API, values included. */
  secrets(): readonly Secret[];
  /** The rule sees every request before it is performed; `undefined` ends the faults. */
  setFault(rule: FaultRule | undefined): void;
  state(): SecretsManagerState;
  stop(): Promise<void>;
}

type Operations = { readonly [O in Operation]: (vault: Vault, input: Inputs[O]) => object };

const operations: Operations = {
  CreateSecret: valueOperations.createSecret,
  GetSecretValue: valueOperations.getSecretValue,
  PutSecretValue: valueOperations.putSecretValue,
  UpdateSecret: valueOperations.updateSecret,
  ListSecretVersionIds: valueOperations.listSecretVersionIds,
  DescribeSecret: secretOperations.describeSecret,
  ListSecrets: secretOperations.listSecrets,
  DeleteSecret: secretOperations.deleteSecret,
  RestoreSecret: secretOperations.restoreSecret,
  TagResource: secretOperations.tagResource,
  UntagResource: secretOperations.untagResource,
};

/**
 * Serves AWS Secrets Manager on the loopback interface: the AWS JSON 1.1 protocol with signatures, version stages,
 * recovery windows and the error texts of the real service, so that `@aws-sdk/client-secrets-manager` needs only `url`
 * as its endpoint.
 */
export async function startSecretsManager(options: SecretsManagerOptions = {}): Promise<LocalSecretsManager> {
  const vault: Vault = {
    region: options.region ?? 'us-east-1',
    accountId: options.accountId ?? '000000000000',
    now: options.clock ?? Date.now,
    secrets: new Map(structuredClone(options.state?.secrets ?? []).map((secret) => [secret.name, secret])),
  };
  const desk: Desk = { ...options, vault, requests: [], fault: undefined };
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 1_048_576 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/', async (request, reply) => serve(desk, request, reply));
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const stop = async () => app.close();
  const secrets = () => structuredClone([...vault.secrets.values()]);
  return {
    url,
    requests: desk.requests,
    resetRequests: () => desk.requests.splice(0),
    secrets,
    setFault: (rule) => {
      desk.fault = rule;
    },
    state: () => ({ secrets: secrets() }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Desk extends Pick<SecretsManagerOptions, 'credentials' | 'authorize' | 'latencyMs'> {
  readonly vault: Vault;
  readonly requests: SecretsManagerRequest[];
  fault: FaultRule | undefined;
}

async function serve(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { vault, requests, latencyMs } = desk;
  tellTime(reply);
  if (latencyMs) await delay(latencyMs);
  const call = describeCall(request);
  const fault = desk.fault?.({ operation: call.operation, resource: call.secretId });
  const note = (status: number, accessKeyId?: string) =>
    requests.push({ ...call, accessKeyId, status, at: vault.now() });
  if (fault === 'hang' || fault === 'reset') {
    note(0);
    return fault === 'hang' ? reply.hijack() : cutConnection(reply);
  }
  const answer = perform(desk, request, typeof fault === 'object' ? fault : undefined);
  const isLost = fault === 'reset-after' || fault === 'hang-after';
  note(isLost ? 0 : answer.status, answer.accessKeyId);
  if (fault === 'hang-after') return reply.hijack();
  return isLost ? cutConnection(reply) : send(reply, answer);
}

interface Answer {
  readonly status: number;
  readonly accessKeyId: string | undefined;
  readonly result: object | ServiceError;
}

function perform(
  { vault, credentials, authorize }: Desk,
  request: FastifyRequest,
  injected: { readonly status: number; readonly code: string; readonly message?: string } | undefined,
): Answer {
  let accessKeyId: string | undefined;
  try {
    const expected = { service: 'secretsmanager', region: vault.region, credentials };
    accessKeyId = verifySignature({ headers: request.headers, body: bodyOf(request) }, expected);
    const { operation } = describeCall(request);
    const rights = rightsFor(vault, operation, inputIn(bodyOf(request)), accessKeyId);
    checkAccess(authorize, rights, { code: 'AccessDeniedException', status: 400 });
    if (injected) throw new ServiceError(injected.code, injected.message ?? 'Rate exceeded', injected.status);
    purge(vault);
    if (!isOperation(operation)) throw new ServiceError('UnknownOperationException', `Unknown operation ${operation}.`);
    return { status: 200, accessKeyId, result: call(vault, operation, bodyOf(request)) };
  } catch (error) {
    if (error instanceof ServiceError) return { status: error.status, accessKeyId, result: error };
    throw error;
  }
}

function call<O extends Operation>(vault: Vault, operation: O, body: string): object {
  return operations[operation](vault, parseInput(operation, body));
}

function send(reply: FastifyReply, { result }: Answer): FastifyReply {
  if (result instanceof ServiceError) return sendServiceError(reply, result, CONTENT_TYPE);
  const headers = { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': randomUUID() };
  return reply.headers(headers).send(JSON.stringify(result));
}

function describeCall(request: FastifyRequest): { readonly operation: string; readonly secretId: string | undefined } {
  const target = request.headers['x-amz-target'];
  const operation = typeof target === 'string' ? target.replace(/^secretsmanager\./, '') : '';
  return { operation, secretId: secretIdIn(bodyOf(request)) };
}

/** The name or ARN a body asks for; nothing else of it may be kept, it may hold a secret. */
function secretIdIn(body: string): string | undefined {
  const input = inputIn(body);
  if (typeof input !== 'object' || input === null) return undefined;
  const id = 'SecretId' in input ? input.SecretId : 'Name' in input ? input.Name : undefined;
  return typeof id === 'string' ? id : undefined;
}

function inputIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // What is wrong with the body is told by the answer.
    return undefined;
  }
}

function bodyOf(request: FastifyRequest): string {
  return typeof request.body === 'string' ? request.body : '';
}
