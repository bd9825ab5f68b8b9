import { vi } from 'vitest';
import type { Fault as AwsFault } from '../../infra/local/aws-json.ts';
import { deadLetterQueueName } from '../../infra/local/deployment.ts';
import type { Fault as KonnectFault } from '../../infra/local/konnect/server.ts';
import type { Fault as ApiFault } from '../../infra/local/kubernetes/server.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { secretResource } from '../../lib/engine/objects.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { killFunctions } from '../journey/strike.ts';

/** Something that goes wrong, until it is ended. */
export interface Trouble {
  readonly name: string;
  begin(): Promise<void> | void;
  end?(): Promise<void> | void;
}

/** The second forwarder, whose clock is wrong. */
export interface Replica {
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Troubles that come and go while people work. */
export interface Havoc extends AsyncDisposable {
  /** Maybe another trouble begins before the work, and maybe some end after it. */
  around(work: () => Promise<void>): Promise<void>;
  /** Ends all of them. */
  end(): Promise<void>;
}

/** @param struck counts how often each was met. */
export function createHavoc(troubles: readonly Trouble[], random: () => number, struck: Map<string, number>): Havoc {
  const present = new Set<Trouble>();
  const end = async (chosen: readonly Trouble[]): Promise<void> => {
    for (const trouble of chosen) {
      present.delete(trouble);
      await trouble.end?.();
    }
  };
  return {
    async around(work) {
      const trouble = random() < 0.4 ? troubles[Math.floor(random() * troubles.length)] : undefined;
      if (trouble !== undefined && !present.has(trouble)) {
        await trouble.begin();
        struck.set(trouble.name, (struck.get(trouble.name) ?? 0) + 1);
        if (trouble.end !== undefined) present.add(trouble);
      }
      await work();
      await end([...present].filter(() => random() < 0.3));
    },
    end: () => end([...present]),
    [Symbol.asyncDispose]: () => end([...present]),
  };
}

/** The clock of a process goes ahead by so many milliseconds: options for its Node. */
export function skewed(milliseconds: number): Readonly<Record<string, string>> {
  const code = `const Real = Date; globalThis.Date = class extends Real {
    constructor(...given) { super(...(given.length === 0 ? [Real.now() + ${milliseconds}] : given)); }
    static now() { return Real.now() + ${milliseconds}; }
  };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** Everything that may go wrong with any part of the system; `chance` of each call to fail, where single calls do. */
export function troublesOf(
  stack: Stack,
  given: { readonly random: () => number; readonly replica: Replica | undefined; readonly chance: number },
): readonly Trouble[] {
  const { random, replica, chance } = given;
  const sometimes = <One>(some: readonly One[]): One | undefined =>
    random() < chance ? some[Math.floor(random() * some.length)] : undefined;
  return [
    { name: 'functions are killed', begin: () => killFunctions(stack) },
    {
      name: 'the forwarder is killed',
      begin: async () => stack.forwarder?.kill(),
      end: () => stack.restartForwarder(),
    },
    ...(replica === undefined
      ? []
      : [{ name: 'the other forwarder is killed', begin: replica.kill, end: replica.start }]),
    { name: 'watches are dropped', begin: () => stack.kubernetes?.dropWatches() },
    {
      name: 'history is forgotten',
      begin() {
        stack.kubernetes?.expireWatches();
        stack.kubernetes?.dropWatches();
      },
    },
    {
      name: 'the API server refuses',
      begin() {
        const faults: readonly ApiFault[] = [{ status: 503 }, { status: 429, retryAfter: 1 }, 'reset', 'reset-after'];
        stack.kubernetes?.setFault(({ user }) => (isOurs(user) ? sometimes(faults) : undefined));
      },
      end: () => stack.kubernetes?.setFault(undefined),
    },
    {
      name: 'the API server starts again',
      async begin() {
        const start = await stack.stopKubernetes();
        await start();
        // A person's connection was cut as well, and the next command would tell of it.
        await vi.waitFor(() => stack.admin.list(secretResource), { timeout: 10_000 });
      },
    },
    {
      name: 'SQS refuses',
      begin() {
        const faults: readonly AwsFault[] = [{ status: 503, code: 'ServiceUnavailable' }, 'reset', 'reset-after'];
        // Where the letter of one that failed ten times can not be kept it is asked again, for ever: not looked for here.
        stack.queues.setFault(({ resource }) => (deadLetterQueues.has(resource ?? '') ? undefined : sometimes(faults)));
      },
      end: () => stack.queues.setFault(undefined),
    },
    {
      name: 'Konnect refuses',
      begin() {
        const limited = { status: 429, retryAfter: 1 };
        const faults: readonly KonnectFault[] = ['reset', 'reset-after', { status: 503 }, limited, 'stale-list'];
        stack.konnect.setFault(() => sometimes(faults));
      },
      end: () => stack.konnect.setFault(undefined),
    },
    startedAgain(stack),
    {
      name: 'Secrets Manager refuses',
      begin() {
        const faults: readonly AwsFault[] = [{ status: 500, code: 'InternalServiceError' }, 'reset'];
        stack.secrets.setFault(() => sometimes(faults));
      },
      end: () => stack.secrets.setFault(undefined),
    },
  ];
}

function startedAgain(stack: Stack): Trouble {
  let start: (() => Promise<void>) | undefined;
  return {
    name: 'Konnect is away',
    async begin() {
      start = await stack.stopKonnect();
    },
    end: async () => start?.(),
  };
}

const deadLetterQueues = new Set(lanes.map(deadLetterQueueName));

function isOurs(user: string): boolean {
  return user.startsWith('konnect-reconciler-') || user.startsWith('system:serviceaccount:');
}
