import type { Account, FunctionDefinition } from './definition.ts';
import { type Environment, type Outcome, startEnvironment } from './environment.ts';
import type { Log } from './log.ts';
import type { Invoke } from './protocol.ts';

const INIT_LIMIT_MS = 10_000;

/** The execution environments of one function. */
export interface Pool {
  readonly coldStarts: number;
  /** Runs one invocation in a warm environment, or in a new one when all are busy. */
  run(invocation: Omit<Invoke, 'deadline'>, log: Log): Promise<Outcome>;
  /** Bytes that the heap of each environment takes. */
  heapBytes(): Promise<readonly number[]>;
  /** Ends every environment, also in the middle of an invocation. */
  kill(): Promise<void>;
  /** As `kill`, and starts no other. */
  close(): Promise<void>;
}

/** A pool without environments; each takes one invocation at a time, the last used one first. */
export function createPool(definition: FunctionDefinition, account: Account): Pool {
  const hall: Hall = { definition, account, environments: new Set(), idle: [], coldStarts: 0, isClosed: false };
  const kill = async () => {
    hall.idle.length = 0;
    await Promise.all([...hall.environments].map((environment) => discard(hall, environment)));
  };
  return {
    get coldStarts() {
      return hall.coldStarts;
    },
    run: async (invocation, log) => run(hall, invocation, log),
    heapBytes: () => Promise.all([...hall.environments].map((environment) => environment.heapBytes())),
    kill,
    close: async () => {
      hall.isClosed = true;
      await kill();
    },
  };
}

interface Hall {
  readonly definition: FunctionDefinition;
  readonly account: Account;
  readonly environments: Set<Environment>;
  readonly idle: Environment[];
  coldStarts: number;
  isClosed: boolean;
}

async function run(hall: Hall, invocation: Omit<Invoke, 'deadline'>, log: Log): Promise<Outcome> {
  const timeoutMs = hall.definition.timeoutSeconds * 1000;
  const first = takeWarm(hall) ?? (await start(hall, log, INIT_LIMIT_MS));
  // Where the start fails, Lambda starts once more, then within the time of the invocation.
  const environment = 'is' in first ? await start(hall, log, timeoutMs) : first;
  if ('is' in environment) return environment;
  environment.onOutput = ({ stream, text }) => log.write(stream, text);
  const deadline = Date.now() + timeoutMs;
  const outcome = await environment.until(deadline, environment.invoke({ ...invocation, deadline }));
  if (environment.isAlive) hall.idle.push(environment);
  else await discard(hall, environment);
  return outcome;
}

/** An environment that has imported its bundle, or how the attempt ended. */
async function start(hall: Hall, log: Log, limitMs: number): Promise<Environment | Outcome> {
  const { definition, account, isClosed } = hall;
  if (isClosed) return { is: 'crashed', error: { errorType: 'Runtime.ExitError', errorMessage: 'Stopped' } };
  hall.coldStarts += 1;
  const environment = startEnvironment(definition, account, ({ stream, text }) => log.write(stream, text));
  hall.environments.add(environment);
  const outcome = await environment.until(Date.now() + limitMs, environment.start);
  if (outcome.is === 'done') return environment;
  await discard(hall, environment);
  return outcome;
}

/** The environment used last; those that died while idle are gone. */
function takeWarm({ idle }: Hall): Environment | undefined {
  let environment = idle.pop();
  while (environment && !environment.isAlive) environment = idle.pop();
  return environment;
}

async function discard({ environments }: Hall, environment: Environment): Promise<void> {
  environments.delete(environment);
  await environment.end();
}
