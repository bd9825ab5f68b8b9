import { type Answer, json, problem } from './answer.ts';

/** APIs that word their errors alike. `front` is the gateway before them all. */
export type Family =
  | 'identity'
  | 'control-planes'
  | 'groups'
  | 'cloud-gateways'
  | 'certificates'
  | 'core-entities'
  | 'front';

interface Words {
  readonly title: string;
  readonly detail: string;
}

const platform: Readonly<Record<number, Words>> = {
  401: { title: 'Unauthorized', detail: 'Unauthorized' },
  403: { title: 'Forbidden', detail: 'You do not have permission to perform this action' },
  404: { title: 'Not Found', detail: 'Not Found' },
  409: { title: 'Conflict', detail: 'Conflict' },
  500: { title: 'Internal Server Error', detail: 'An unexpected error occurred' },
  503: { title: 'Service Unavailable', detail: 'The service is temporarily unavailable' },
};

const controlPlanes: Readonly<Record<number, Words>> = {
  ...platform,
  401: { title: 'Unauthenticated', detail: 'A valid token is required' },
  403: { title: 'Permission denied', detail: 'Insufficient role-set to create control planes.' },
  404: { title: 'Not Found', detail: 'The requested control plane was not found.' },
  409: { title: 'Conflict', detail: 'Control Plane with provided name already exists.' },
  500: {
    title: 'Internal Server Error',
    detail: 'Could not propagate control plane changes to control plane cluster service.',
  },
  503: {
    title: 'Service Unavailable',
    detail: 'Could not retrieve permissions to check resource accessibility.',
  },
};

const identity: Readonly<Record<number, Words>> = {
  ...platform,
  401: { title: 'Unauthenticated', detail: 'A valid token is required' },
};

/** gRPC codes behind the HTTP statuses of the core entities. */
const codes: Readonly<Record<number, number>> = { 400: 3, 404: 5, 409: 6, 403: 7, 500: 13, 503: 14 };
const koko: Readonly<Record<number, string>> = {
  400: 'validation error',
  403: 'usage constraint error',
  404: 'not found',
  409: 'data constraint error',
  500: 'internal error',
  503: 'service unavailable',
};
const legacy: Readonly<Record<number, string>> = { 400: 'Bad Request', 403: 'Forbidden' };
const front: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'no Route matched with those values',
  500: 'An unexpected error occurred',
  502: 'An invalid response was received from the upstream server',
  503: 'failure to get a peer from the ring-balancer',
  504: 'The upstream server is timing out',
};

/**
 * The answer of an API family to a status that needs no further facts: authentication, permission, absence, overload.
 * Statuses that a family has no words for (502, 504, 418 …) come from the gateway in front of it.
 */
export function standardAnswer(family: Family, status: number): Answer {
  if (status === 429) return message(429, 'API rate limit exceeded');
  switch (family) {
    case 'identity':
      return platformAnswer(identity[status], status, 'konnect');
    case 'control-planes':
      return platformAnswer(controlPlanes[status], status, 'konnect');
    case 'groups':
      return platformAnswer(platform[status], status, 'kong');
    case 'cloud-gateways':
      return platformAnswer(platform[status], status, 'konnect');
    case 'certificates': {
      const text = legacy[status];
      return text === undefined ? coreAnswer(status, { message: 'Unauthorized' }) : message(status, text);
    }
    case 'core-entities':
      return coreAnswer(status, { message: 'Unauthorized', status: 401 });
    case 'front':
      return frontAnswer(status);
    default:
      return family satisfies never;
  }
}

/** The answer to a path that no API serves; inside the core entities their own server gives it. */
export function unknownPath(path: string): Answer {
  return /^\/v2\/control-planes\/[^/]+\/core-entities\//.test(path)
    ? { status: 404, contentType: json, body: { code: 5, message: 'Not Found' } }
    : frontAnswer(404);
}

/** The answer to a body that is no JSON, or is not declared to be JSON. */
export function unreadableBody(family: Family): Answer {
  switch (family) {
    case 'identity':
    case 'control-planes':
    case 'groups':
    case 'cloud-gateways':
      return problem({
        status: 400,
        title: 'Bad Request',
        detail: 'Invalid request format',
        instance: family === 'groups' ? 'kong' : 'konnect',
        invalid_parameters: [{ field: 'body', reason: 'request format is invalid' }],
      });
    case 'certificates':
    case 'core-entities':
      return { status: 400, contentType: json, body: { code: 3, message: 'invalid request body: syntax error' } };
    case 'front':
      return frontAnswer(404);
    default:
      return family satisfies never;
  }
}

function platformAnswer(words: Words | undefined, status: number, instance: 'konnect' | 'kong'): Answer {
  return words === undefined ? frontAnswer(status) : problem({ status, ...words, instance });
}

function coreAnswer(status: number, unauthorized: Readonly<Record<string, unknown>>): Answer {
  if (status === 401) return { status, contentType: json, body: unauthorized };
  const text = koko[status];
  return text === undefined
    ? frontAnswer(status)
    : { status, contentType: json, body: { code: codes[status], message: text } };
}

function frontAnswer(status: number): Answer {
  return message(status, front[status] ?? `HTTP status ${status}`);
}

function message(status: number, text: string): Answer {
  return { status, contentType: json, body: { message: text } };
}
