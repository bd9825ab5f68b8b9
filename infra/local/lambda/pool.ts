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
  /** Ends every environment, also in the middle of an invocation. */
  kill(): Promise<void>;
  /** As `kill`, and starts no other. */
  close(): Promise<void>;
}

/** A pool without environments; each takes one invocation at a time, the last used one first. */
export function createPool(definition: FunctionDefinition, account: Account): Pool {
  const environments = new Set<Environment>();
  const idle: Environment[] = [];
  const timeoutMs = definition.timeoutSeconds * 1000;
  let coldStarts = 0;
  let isClosed = false;
  const start = async (log: Log, limitMs: number): Promise<Environment | Outcome> => {
    if (isClosed) return { is: 'crashed', error: { errorType: 'Runtime.ExitError', errorMessage: 'Stopped' } };
    coldStarts += 1;
    const environment = startEnvironment(definition, account, ({ stream, text }) => log.write(stream, text));
    environments.add(environment);
    const outcome = await environment.until(Date.now() + limitMs, environment.start);
    if (outcome.is === 'done') return environment;
    await discard(environment);
    return outcome;
  };
  const discard = async (environment: Environment) => {
    environments.delete(environment);
    await environment.end();
  };
  const kill = async () => {
    idle.length = 0;
    await Promise.all([...environments].map(discard));
  };
  return {
    get coldStarts() {
      return coldStarts;
    },
    run: async (invocation, log) => {
      const first = takeWarm(idle) ?? (await start(log, INIT_LIMIT_MS));
      // Where the start fails, Lambda starts once more, then within the time of the invocation.
      const environment = 'is' in first ? await start(log, timeoutMs) : first;
      if ('is' in environment) return environment;
      environment.onOutput = ({ stream, text }) => log.write(stream, text);
      const deadline = Date.now() + timeoutMs;
      const outcome = await environment.until(deadline, environment.invoke({ ...invocation, deadline }));
      if (environment.isAlive) idle.push(environment);
      else await discard(environment);
      return outcome;
    },
    kill,
    close: async () => {
      isClosed = true;
      await kill();
    },
  };
}

/** The environment used last; those that died while idle are gone. */
function takeWarm(idle: Environment[]): Environment | undefined {
  let environment = idle.pop();
  while (environment && !environment.isAlive) environment = idle.pop();
  return environment;
}
