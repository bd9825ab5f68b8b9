import { type Answer, Refusal } from './answer.ts';
import { ensureDefault } from './control-planes/planes.ts';
import { type Family, standardAnswer, unreadableBody } from './families.ts';
import type { Call, Operation, World } from './operation.ts';
import type { RateLimiter } from './rate-limit.ts';
import { regionOf } from './region.ts';
import { type Bearer, bearerOf } from './tokens.ts';

/** A request as HTTP delivered it; `body` is the text, undefined when there was none. */
export interface RawRequest {
  readonly path: string;
  readonly host: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: string | undefined;
}

export interface Execution {
  readonly world: World;
  readonly limiter: RateLimiter;
  readonly stale: boolean;
  /** Called once the request has passed authentication and rate limit. */
  readonly onStart: () => void;
}

/** Runs one operation the way Konnect does: authentication, rate limit, permission, body, then the work. Never throws. */
export function execute(operation: Operation, raw: RawRequest, execution: Execution): Answer {
  try {
    return run(operation, raw, execution);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    return broken(operation, error);
  }
}

function run(operation: Operation, raw: RawRequest, { world, limiter, stale, onStart }: Execution): Answer {
  const { family, method, open } = operation;
  if (open !== undefined) return open;
  const bearer = bearerOf(world.state, raw.authorization);
  const organization = bearer && world.state.organizations.get(bearer.grant.organizationId);
  if (bearer === undefined || organization === undefined) return standardAnswer(family, 401);
  const limited = limiter.take(organization.id);
  if (limited !== undefined) return limited;
  onStart();
  if (!permitted(bearer, method) || (organization.state !== 'active' && family !== 'identity')) {
    return standardAnswer(family, 403);
  }
  const region = regionOf(raw.host);
  ensureDefault(world, { organizationId: organization.id, region });
  const body = method === 'GET' || method === 'DELETE' ? undefined : jsonBody(raw, family);
  const { path, params, query } = raw;
  const call: Call = { world, organization, tokenKind: bearer.kind, region, path, params, query, body, stale };
  return operation.handle(call);
}

function permitted({ grant }: Bearer, method: Operation['method']): boolean {
  return grant.access === 'admin' || method === 'GET';
}

function jsonBody({ body, contentType }: RawRequest, family: Family): unknown {
  if (!/^application\/json\s*(?:;|$)/i.test(contentType ?? '')) throw new Refusal(unreadableBody(family));
  try {
    return JSON.parse(body ?? '');
  } catch {
    throw new Refusal(unreadableBody(family));
  }
}

/** A fault of the emulator itself must not pass for one of Konnect's: the body says so. */
function broken(operation: Operation, error: unknown): Answer {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `The Konnect emulator failed in ${operation.name}: ${text}`;
  return { status: 500, contentType: 'application/json', body: { message } };
}
