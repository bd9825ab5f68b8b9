import type { LocalKonnect } from '../../infra/local/konnect/server.ts';
import type { LocalSecretsManager } from '../../infra/local/secrets-manager/server.ts';
import type { Clock, Log } from '../../lib/engine/ports.ts';
import type { Environment } from '../../lib/engine/run.ts';
import type { ObjectEventData } from '../../lib/events/event.ts';
import { createKonnect } from '../../lib/konnect/client.ts';
import { createTokens, secretsManagerClient } from '../../lib/tokens/store.ts';
import { wholeRegistry } from '../../lib/whole-registry.ts';

/** The keys that the Secrets Manager of a world accepts. */
export const awsKeys = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };

/** What the reconciles of a world are made of, and what they leave for others to see. */
export interface Functions {
  readonly environment: Environment;
  readonly logs: readonly string[];
  /** Events that they sent. */
  readonly woken: ObjectEventData[];
  konnectCalls(): number;
}

interface Around {
  readonly konnect: LocalKonnect;
  readonly secrets: LocalSecretsManager;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** The real clients between a Konnect and a token store; closed with `running`. */
export function createFunctions(
  { konnect, secrets, clock, timeoutMs }: Around,
  running: AsyncDisposableStack,
): Functions {
  const logs: string[] = [];
  const log = recordingLog(logs);
  const woken: ObjectEventData[] = [];
  let calls = 0;
  const client = secretsManagerClient({ endpoint: secrets.url, region: 'us-east-1', credentials: awsKeys });
  running.defer(() => client.destroy());
  const caller = createKonnect({
    allowedHosts: [],
    clock,
    log,
    userAgent: 'test',
    endpointURL: konnect.url,
    timeoutMs,
    onCall: () => {
      calls += 1;
    },
  });
  running.defer(() => caller.close());
  const environment: Environment = {
    registry: wholeRegistry,
    konnect: caller,
    tokens: createTokens({ client, prefix: 'test', clock }),
    clock,
    log,
    allowedHosts: [],
    wake: async (events) => void woken.push(...events),
  };
  return { environment, logs, woken, konnectCalls: () => calls };
}

function recordingLog(lines: string[]): Log {
  const record =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      const shown = Object.entries(fields).map(([name, value]) => [
        name,
        value instanceof Error ? `${value.name}: ${value.message} ${value.stack ?? ''}` : value,
      ]);
      lines.push(JSON.stringify({ level, message, ...Object.fromEntries(shown) }));
    };
  return { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') };
}
