import type { Fault as AwsFault } from '../../../infra/local/aws-json.ts';
import type { Fault as KonnectFault } from '../../../infra/local/konnect/server.ts';
import type { Fault as ApiFault, LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import type { LocalQueues } from '../../../infra/local/sqs.ts';
import type { World } from '../../world.ts';

/** What may happen at one call of a function. */
export const faults = ['reset', 'reset-after', 'timeout', 'timeout-after', '429', '503', 'kill', 'kill-after'] as const;
export type Fault = (typeof faults)[number];

type Emulated = Exclude<Fault, 'kill' | 'kill-after'>;

const atKonnect: Readonly<Record<Emulated, KonnectFault>> = {
  reset: 'reset',
  'reset-after': 'reset-after',
  timeout: 'hang',
  'timeout-after': 'hang-after',
  429: { status: 429, retryAfter: 7 },
  503: { status: 503, html: true },
};

const atKubernetes: Readonly<Record<Emulated, ApiFault>> = {
  reset: 'reset',
  'reset-after': 'reset-after',
  timeout: 'hang',
  'timeout-after': 'hang-after',
  429: { status: 429, reason: 'TooManyRequests', retryAfter: 1 },
  503: { status: 503, reason: 'ServiceUnavailable' },
};

const atSecretsManager: Readonly<Record<Emulated, AwsFault>> = {
  reset: 'reset',
  'reset-after': 'reset-after',
  timeout: 'hang',
  'timeout-after': 'hang-after',
  429: { status: 400, code: 'ThrottlingException' },
  503: { status: 503, code: 'ServiceUnavailable' },
};

const atQueues: Readonly<Record<Emulated, AwsFault>> = {
  ...atSecretsManager,
  429: { status: 400, code: 'RequestThrottled' },
};

/** One fault at one call: the nth of its name, such as `konnect.UpsertService.1`. */
export interface Strike {
  readonly call: string;
  readonly fault: Fault;
}

/** Long for an answer on this machine, and short for a call that never gets one. */
const shortMs = 300;
/** So long that a busy machine makes no fault of its own. */
const longMs = 5_000;

/** What goes on beside the one fault, for as long as a step takes: which systems are away. */
export type Trouble = 'konnect-away';

/** All that functions of one world say to Konnect, to the API server, to Secrets Manager and to SQS. */
export interface Wire {
  /** The calls since `begin`. */
  readonly calls: readonly string[];
  /** The fault has come. */
  readonly struck: boolean;
  /** How long functions are to wait for an answer: no longer than it takes where they wait in vain. */
  readonly timeoutMs: number;
  /** The function was killed: nothing that it still does has an effect. */
  readonly dead: boolean;
  begin(strike?: Strike, trouble?: Trouble): void;
  /** A function at work on one event. Only then its calls count: what it asks is no repetition of what was asked before. */
  during<Answer>(work: () => Promise<Answer>): Promise<Answer>;
  /** Another function takes the place of the one that was killed. */
  revive(): void;
}

/** @param user whom the functions are at the API server, where others of the world are at work as well. */
export function createWire(
  { konnect, secrets }: World,
  kubernetes: LocalKubernetes,
  queues: LocalQueues,
  user: string,
): Wire {
  const calls: string[] = [];
  const counts = new Map<string, number>();
  let strike: Strike | undefined;
  let trouble: Trouble | undefined;
  let struck = false;
  let atWork = false;
  let dead = false;
  let repeated: string | undefined;

  function next(system: string, name: string, request: string): Emulated | undefined {
    if (dead) return 'reset';
    // Administrators, the forwarder and Lambda speak to the same systems.
    if (!atWork) return undefined;
    // Clients repeat some calls that failed: a fault that only the first try meets would not be one of the call.
    if (repeated?.startsWith(`${system} `)) {
      if (repeated === `${system} ${request}`) return emulated(strike?.fault);
      // Wake-ups go to several queues side by side.
      if (system !== 'sqs') repeated = undefined;
    }
    const count = (counts.get(`${system}.${name}`) ?? 0) + 1;
    counts.set(`${system}.${name}`, count);
    const call = `${system}.${name}.${count}`;
    calls.push(call);
    if (call !== strike?.call) return trouble === 'konnect-away' && system === 'konnect' ? '503' : undefined;
    struck = true;
    repeated = `${system} ${request}`;
    dead = strike.fault === 'kill' || strike.fault === 'kill-after';
    return emulated(strike.fault);
  }

  konnect.setFault(({ operation, method, path, query }) => {
    const fault = next('konnect', operation, `${method} ${path} ${JSON.stringify(query)}`);
    return fault && atKonnect[fault];
  });
  secrets.setFault(({ operation, resource }) => {
    const fault = next('secrets', operation, `${operation} ${resource}`);
    return fault && atSecretsManager[fault];
  });
  queues.setFault(({ operation, resource }) => {
    const fault = next('sqs', operation, `${operation} ${resource}`);
    return fault && atQueues[fault];
  });
  kubernetes.setFault(({ user: who, verb, resource, subresource, path }) => {
    if (who !== user) return undefined;
    const name = [verb, resource, ...(subresource === undefined ? [] : [subresource])].join('-');
    const fault = next('kubernetes', name, `${verb} ${path}`);
    return fault && atKubernetes[fault];
  });
  return {
    calls,
    get struck() {
      return struck;
    },
    get timeoutMs() {
      return strike?.fault.startsWith('timeout') ? shortMs : longMs;
    },
    get dead() {
      return dead;
    },
    begin(wanted, around) {
      calls.length = 0;
      counts.clear();
      strike = wanted;
      trouble = around;
      struck = false;
      dead = false;
      repeated = undefined;
    },
    async during(work) {
      repeated = undefined;
      atWork = true;
      try {
        return await work();
      } finally {
        atWork = false;
      }
    },
    revive() {
      dead = false;
      repeated = undefined;
    },
  };
}

/** A function that dies has made its last call, with or without effect. */
function emulated(fault: Fault | undefined): Emulated | undefined {
  if (fault === 'kill') return 'reset';
  return fault === 'kill-after' ? 'reset-after' : fault;
}
