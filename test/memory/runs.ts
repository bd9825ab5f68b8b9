import type { Controller } from '../../lib/engine/controller.ts';
import { reconcile } from '../../lib/engine/reconcile.ts';
import type { Environment } from '../../lib/engine/run.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import type { ObjectEventData } from '../../lib/events/event.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { authConfiguration, authKind, key } from './manifests.ts';
import { type Stage, startStage } from './stage.ts';

/* Runs of the engine around one controller, on a kind whose schema and conditions are a real one's. */

const { resource } = authKind;

export const idle: Controller = { converge: async () => undefined, release: async () => undefined };

export function eventOf(some: Partial<ObjectEventData> = {}): ObjectEventData {
  const { group, version, kind } = resource;
  const identity = { cluster: 'blue', group, version, kind, ...key('auth'), uid: 'u', resourceVersion: '1' };
  return { ...identity, generation: 1, cause: 'change', ...some };
}

export interface Around {
  readonly event?: ObjectEventData;
  /** In place of the kind of auth configurations. */
  readonly kind?: Kind;
  /** Kinds that may refer to it. */
  readonly others?: readonly Kind[];
  /** What is logged as a warning. */
  readonly warnings?: unknown[];
}

export function run(stage: Stage, controller: Controller, around: Around = {}): Promise<Verdict> {
  const { event = eventOf(), kind = authKind, others = [], warnings = [] } = around;
  const never = new Proxy(
    {},
    {
      get: () => {
        throw new Error('not for this test');
      },
    },
  );
  const quiet = () => undefined;
  const environment: Environment = {
    registry: {
      kinds: [kind, ...others],
      kind: (group, name) => (group === kind.resource.group && name === kind.resource.kind ? kind : undefined),
      controller: () => controller,
    },
    konnect: never as Environment['konnect'],
    tokens: stage.tokens,
    clock: { now: () => stage.now },
    log: { debug: quiet, info: quiet, warn: (...said) => void warnings.push(said), error: quiet },
    wake: async () => undefined,
    allowedHosts: [],
  };
  return reconcile(environment, stage.cluster, event);
}

/** A stage with the auth configuration `auth`, that nobody has looked at. */
export async function staged(metadata: Readonly<Record<string, unknown>> = {}): Promise<Stage> {
  const stage = await startStage();
  stage.cluster.user.apply(resource, authConfiguration({}, metadata));
  return stage;
}
