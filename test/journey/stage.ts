import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import type { KonnectRequest } from '../../infra/local/konnect/server.ts';
import type { ApiRequest } from '../../infra/local/kubernetes/server.ts';
import { type Stack, type StackOptions, startStack, storyOrganization, storyToken } from '../../infra/local/stack.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { accessProblems } from './access.ts';
import { createRights } from './aws-rights.ts';
import { type Poll, poll } from './poll.ts';
import { createRest, type Rest } from './rest.ts';
import { noteRights } from './rights.ts';
import { createScene, type Scene } from './scene.ts';

/** The stack of one file, with a scene for each of its tests. */
export interface Stage {
  readonly stack: Stack;
  /** False at a real API server: it runs without the controllers that collect what lost its owner and empty namespaces. */
  readonly hasControllers: boolean;
  /** A namespace and a Konnect organisation that nobody else uses. */
  scene(name: string): Promise<Scene>;
  /** The tokens of all scenes so far. */
  tokens(): readonly string[];
  /** Waits until nothing is left to do for anybody. */
  readonly rest: Rest;
  /** Waits for a condition; messages that wait for a later try are let through without waiting. */
  readonly until: Poll;
  /** Stops the embedded API server, does the work, and starts it again with the state it had. */
  withoutKubernetes(work: () => Promise<void>): Promise<void>;
}

/** How many scenes one stage has organisations for. */
const scenes = 160;

/**
 * Starts a stack before the file's tests, stops it after them, and holds that no call of ours to the API server or to AWS was
 * denied or lacks a right. `TEST_API_SERVER=real` puts it on a real API server.
 */
export function stageForFile(options: StackOptions = {}): Stage {
  let opened: OpenStage | undefined;
  beforeAll(async () => {
    opened = await openStage(options);
  });
  afterAll(async () => {
    const requests = opened?.requests() ?? [];
    const denied = (await opened?.deniedAtAws()) ?? [];
    await opened?.close();
    await noteRights(requests);
    expect([...accessProblems(requests), ...denied]).toEqual([]);
  });
  const stage = (): OpenStage => {
    if (opened === undefined) throw new Error('the stage opens before the first test: use it inside tests only');
    return opened;
  };
  return {
    get stack() {
      return stage().stack;
    },
    get hasControllers() {
      return stage().hasControllers;
    },
    scene: (name) => stage().scene(name),
    tokens: () => stage().tokens(),
    rest: () => stage().rest(),
    until: (what, probe, how) => stage().until(what, probe, how),
    withoutKubernetes: (work) => stage().withoutKubernetes(work),
  };
}

interface OpenStage extends Stage {
  /** What the embedded API server was asked, before its restarts as well. */
  requests(): readonly ApiRequest[];
  /** Calls that AWS refused; what it let through is noted for the end of the run. */
  deniedAtAws(): Promise<readonly string[]>;
  close(): Promise<void>;
}

async function openStage(options: StackOptions): Promise<OpenStage> {
  const real: ApiServerUnderTest | undefined =
    process.env['TEST_API_SERVER'] === 'real' ? await startApiServer() : undefined;
  const accounts = Array.from({ length: scenes }, (_, index) => ({
    id: randomUUID(),
    name: `Organisation ${index}`,
    tokens: [`kpat_${randomBytes(20).toString('hex')}`] as const,
  }));
  const organizations = [{ ...storyOrganization, tokens: [storyToken] }, ...accounts];
  const rights = createRights(inject('rights').template);
  const stack = await startStack({
    ...options,
    authorize: rights.authorize,
    bundles: inject('bundles'),
    ...(real === undefined ? {} : { kubeconfig: real.kubeconfig, crds: [] }),
    konnect: { ...options.konnect, organizations: [...organizations, ...(options.konnect?.organizations ?? [])] },
  });
  const until: Poll = (what, probe, how) => poll(stack, what, probe, how);
  const before: ApiRequest[] = [];
  const free = accounts.values();
  const tokens: string[] = [];
  return {
    stack,
    hasControllers: real === undefined,
    until,
    rest: await createRest(stack, until),
    async scene(name) {
      const account = free.next().value;
      if (account === undefined) throw new Error(`a stage has organisations for ${scenes} scenes only`);
      tokens.push(account.tokens[0]);
      return createScene({ stack, until, name, organizationId: account.id, token: account.tokens[0] });
    },
    tokens: () => [...tokens],
    async withoutKubernetes(work) {
      before.push(...(stack.kubernetes?.requests ?? []));
      const start = await stack.stopKubernetes();
      try {
        await work();
      } finally {
        await start();
      }
    },
    requests: () => [...before, ...(stack.kubernetes?.requests ?? [])],
    async deniedAtAws() {
      await rights.save(inject('rights').usedIn, expect.getState().testPath ?? '');
      return rights.denied();
    },
    async close() {
      await stack.stop();
      await real?.[Symbol.asyncDispose]();
    },
  };
}

/** The calls of one organisation to Konnect. */
export function callsOf({ stack }: Pick<Stage, 'stack'>, organizationId: string): readonly KonnectRequest[] {
  return stack.konnect.requests.filter((request) => request.organizationId === organizationId);
}
