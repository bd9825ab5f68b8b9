import type { AddressInfo } from 'node:net';
import { type Choices, choose } from './choices.ts';
import { type CloudSettings, usualCloud } from './cloud-gateways/settings.ts';
import { ensureDefault } from './control-planes/planes.ts';
import { entityTypes } from './core-entities/registry.ts';
import { createEdits, type Edits } from './edits.ts';
import { createFaults, type FaultRule } from './fault.ts';
import { createHttp } from './http.ts';
import type { World } from './operation.ts';
import { operations } from './operations.ts';
import { createRateLimiter, type RateLimit } from './rate-limit.ts';
import { createRecorder, type Exchange, type KonnectRequest } from './recorder.ts';
import { routesOf } from './routes.ts';
import { addOrganization, createState, type Grant, type KonnectState, type NewOrganization } from './state.ts';
import { hashOf } from './tokens.ts';

export type { Fault, FaultRule, StatusFault } from './fault.ts';
export type { Exchange, KonnectRequest } from './recorder.ts';
export type { ControlPlane, DataPlaneCertificate, Entity, KonnectState } from './state.ts';

const routes = routesOf(operations);

/** Besides these, a choice wherever what is known of Konnect contradicts itself. */
export interface KonnectOptions extends Partial<Choices> {
  /** 0 or absent: any free port of 127.0.0.1. */
  readonly port?: number;
  /** Waited before every answer, after the work. */
  readonly latencyMs?: number;
  readonly clock?: () => Date;
  /** Repeats ids, endpoint prefixes and trace ids; random unless given. */
  readonly seed?: number;
  readonly organizations?: readonly (NewOrganization & { readonly tokens: readonly string[] })[];
  readonly rateLimit?: RateLimit;
  readonly cloud?: Partial<CloudSettings>;
  /** What an earlier emulator's `state()` gave: goes on with the same data. */
  readonly state?: KonnectState;
}

export interface LocalKonnect extends AsyncDisposable, Edits {
  /** `http://127.0.0.1:<port>`; every path is served for every Host header. */
  readonly url: string;
  readonly requests: readonly KonnectRequest[];
  readonly exchanges: readonly Exchange[];
  /** Requests other than GET that got past authentication and rate limit, whatever came of them. */
  readonly writes: number;
  /** Forgets requests, exchanges and the count of writes. */
  resetRequests(): void;
  addToken(organizationId: string, token: string, access?: Grant['access']): void;
  revokeToken(token: string): void;
  /** The token now belongs to another organization, as when somebody pastes the wrong one. */
  moveToken(token: string, organizationId: string): void;
  setFault(rule: FaultRule | undefined): void;
  setLatency(milliseconds: number): void;
  /** A copy of all data, for the `state` option. */
  state(): KonnectState;
  stop(): Promise<void>;
}

/** Starts a Konnect on loopback, as strict as the real one where that is known. Stop it, or hold it with `await using`. */
export async function startKonnect(options: KonnectOptions = {}): Promise<LocalKonnect> {
  const world = createWorld(options);
  const recorder = createRecorder();
  const faults = createFaults();
  const limiter = createRateLimiter(options.rateLimit, world.clock);
  let latency = options.latencyMs ?? 0;
  const app = createHttp({ world, routes, recorder, faults, limiter, latencyMs: () => latency });
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { port } = app.server.address() as AddressInfo; // listening on TCP, so it is an AddressInfo
  const stop = () => app.close();
  return {
    ...createEdits(world),
    ...tokenControls(world),
    url: `http://127.0.0.1:${port}`,
    requests: recorder.requests,
    exchanges: recorder.exchanges,
    get writes() {
      return recorder.writes;
    },
    resetRequests: recorder.reset,
    setFault: faults.set,
    setLatency(milliseconds) {
      latency = milliseconds;
    },
    state: () => structuredClone(world.state),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function createWorld(options: KonnectOptions): World {
  const clock = options.clock ?? (() => new Date());
  const state = options.state === undefined ? createState(options.seed) : structuredClone(options.state);
  const cloud = { ...usualCloud, ...options.cloud };
  const world: World = { state, clock, choices: choose(entityTypes, chosen(options)), cloud };
  for (const { tokens, ...organization } of options.organizations ?? []) {
    if (state.organizations.has(organization.id)) continue; // from before the restart, with the tokens as they were left
    addOrganization(state, organization, clock());
    ensureDefault(world, { organizationId: organization.id, region: undefined });
    for (const token of tokens) grant(world, token, { organizationId: organization.id, access: 'admin' });
  }
  return world;
}

function chosen({ deleteMissing, routeProtocols, onDelete }: KonnectOptions): Partial<Choices> {
  return {
    ...(deleteMissing !== undefined && { deleteMissing }),
    ...(routeProtocols !== undefined && { routeProtocols }),
    ...(onDelete !== undefined && { onDelete }),
  };
}

function tokenControls(world: World): Pick<LocalKonnect, 'addToken' | 'revokeToken' | 'moveToken'> {
  return {
    addToken: (organizationId, token, access = 'admin') => grant(world, token, { organizationId, access }),
    revokeToken: (token) => void world.state.grants.delete(hashOf(token)),
    moveToken: (token, organizationId) => {
      const access = world.state.grants.get(hashOf(token))?.access ?? 'admin';
      grant(world, token, { organizationId, access });
    },
  };
}

function grant({ state }: World, token: string, given: Grant): void {
  if (!/^(?:kpat|spat)_\S+$/.test(token))
    throw new Error('A Konnect token starts with kpat_ or spat_: give one that does');
  if (!state.organizations.has(given.organizationId)) {
    throw new Error(`No organization ${given.organizationId} in the Konnect emulator: name it in \`organizations\``);
  }
  state.grants.set(hashOf(token), given);
}
