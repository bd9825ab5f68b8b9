import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { KonnectRequest } from '../../infra/local/konnect/server.ts';
import { configMapResource, secretResource } from '../../lib/engine/objects.ts';
import { leaksIn, publicPlaces } from './canary.ts';
import { force, sendBody } from './events.ts';
import { auth, controlPlane, extension, type Manifest, resourceNamed, story, tokenSecret } from './manifests.ts';
import { converged, outcomeOf } from './outcome.ts';
import { deadLetters } from './rest.ts';
import type { Scene } from './scene.ts';
import { stageForFile } from './stage.ts';
import { awsSecret } from './tokens.ts';

const stage = stageForFile();
const tokens: string[] = [];

/** What Konnect may answer with, or a proxy before it; 429 says when to come back, so that nobody has to wait long. */
const statuses = [301, 400, 401, 402, 403, 404, 408, 409, 410, 418, 422, 429, 500, 502, 503, 504];

const tail = ['plane', 'extension'] as const;

function rest(): readonly Manifest[] {
  const [plane, name] = tail;
  return [controlPlane(plane), extension(name, { controlPlane: plane })];
}

it('plants tokens in every way there is, right and wrong ones', async () => {
  const ways: Readonly<Record<string, (scene: Scene) => Promise<readonly Manifest[]>>> = {
    inline: async ({ token }) => [auth('auth', { token })],
    secret: async ({ token }) => [auth('auth', { secret: 'token' }), tokenSecret('token', { token })],
    arn: async ({ token, namespace }) => {
      const { arn } = await awsSecret(stage.stack, 'team/canary', token, `local/${namespace}`);
      return [auth('auth', { secret: 'token' }), tokenSecret('token', { arn })];
    },
    'wrong-inline': async () => [auth('auth', { token: planted() })],
    'wrong-secret': async () => [auth('auth', { secret: 'token' }), tokenSecret('token', { token: planted() })],
    'two-lines': async ({ token }) => [
      auth('auth', { secret: 'token' }),
      tokenSecret('token', { token: `${token}\n${planted()}` }),
    ],
    'as-arn': async () => [auth('auth', { secret: 'token' }), tokenSecret('token', { arn: planted() })],
    'as-server': async ({ token }) => [
      auth('auth', { token, serverURL: `https://${planted()}:${planted()}@us.api.konghq.com` }),
    ],
    'aws-not-allowed': async () => {
      const { arn } = await awsSecret(stage.stack, 'team/not-allowed', planted());
      return [auth('auth', { secret: 'token' }), tokenSecret('token', { arn })];
    },
    'wrong-aws': async ({ namespace }) => {
      const { arn } = await awsSecret(stage.stack, 'team/wrong', `${planted()} ${planted()}`, `local/${namespace}`);
      return [auth('auth', { secret: 'token' }), tokenSecret('token', { arn })];
    },
  };
  for (const [name, manifests] of Object.entries(ways)) {
    const scene = await newScene(`canary-${name}`);
    await scene.apply(...(await manifests(scene)), ...rest());
  }
  await stage.rest();
  expect(tokens.length).toBeGreaterThan(15);
});

it('lets Konnect answer in every wrong way, with the token in every text', async () => {
  const scenes = new Map<number, Scene>();
  for (const status of statuses) scenes.set(status, await newScene(`canary-${status}`));
  const byHash = new Map([...scenes].map(([status, { token }]) => [hashOf(token), { status, token }]));
  const seen = new Set<string>();
  stage.stack.konnect.setFault(({ tokenHash = '', operation }: KonnectRequest) => {
    const planned = byHash.get(tokenHash);
    // Once for each operation, so that all of them are reached.
    if (planned === undefined || seen.has(`${tokenHash} ${operation}`)) return undefined;
    seen.add(`${tokenHash} ${operation}`);
    return echo(planned.status, planned.token);
  });
  for (const scene of scenes.values()) await scene.apply(...story(scene.token));
  // What Konnect refused is looked at again only when somebody asks for it.
  for (let asked = 0; asked < 4; asked += 1) {
    await stage.rest();
    for (const scene of scenes.values()) {
      for (const object of await scene.objects()) await force(stage.stack, object);
    }
  }
  await stage.rest();
  stage.stack.konnect.setFault(undefined);

  expect(seen.size).toBeGreaterThan(statuses.length * 4);
  for (const [status, scene] of scenes) expect(await outcomeOf(stage, scene), String(status)).toEqual(converged);
});

it('keeps as a dead letter what is no event, and says nothing of a value in it', async () => {
  await sendBody(stage.stack, 'auth', JSON.stringify({ specversion: planted(), data: { token: 1 } }));
  await stage.rest();

  const [letter] = deadLetters(stage.stack).filter(({ verdict }) => verdict === 'malformed');
  expect(letter?.['reason']).toContain('not an event');
  expect(letter?.['body']).toContain(tokens.at(-1));
  // The body is kept as it came, so that it can be sent again: whoever wrote a token into it has published it.
  const { body: _, ...told } = letter ?? {};
  expect(leaksIn([{ name: 'the reason', texts: [JSON.stringify(told)] }], tokens)).toEqual([]);
  tokens.pop();
});

it('finds no trace of any token in any place where somebody could read it', async () => {
  const places = await publicPlaces(stage.stack);
  const empty = places.filter(
    ({ name, texts }) => texts.length === 0 && name !== 'events' && name !== 'messages in queues',
  );
  expect(empty.map(({ name }) => name)).toEqual([]);
  expect(leaksIn(places, tokens)).toEqual([]);
});

it('would find one: the search sees tokens where they are by right', async () => {
  const { admin, secrets } = stage.stack;
  const everything = async (kind: string) => (await admin.list(resourceNamed(kind))).map((one) => JSON.stringify(one));
  const search = (name: string, texts: readonly string[]) => leaksIn([{ name, texts }], tokens);

  expect(search('spec.token', await everything('KonnectAPIAuthConfiguration'))).not.toEqual([]);
  expect(search('Secrets', await everything(secretResource.kind))).not.toEqual([]);
  expect(search('Secrets Manager', [JSON.stringify(secrets.secrets())])).not.toEqual([]);
  expect(search('a half', [`x${tokens[0]?.slice(-20)}x`])).toHaveLength(1);
  expect(search('ConfigMaps', await everything(configMapResource.kind))).toEqual([]);
});

async function newScene(name: string): Promise<Scene> {
  const scene = await stage.scene(name);
  tokens.push(scene.token);
  return scene;
}

/** A token that Konnect does not know. */
function planted(): string {
  const token = `kpat_${randomBytes(20).toString('hex')}`;
  tokens.push(token);
  return token;
}

function echo(status: number, token: string) {
  const text = `the token ${token} (Bearer ${token}, ${Buffer.from(token).toString('base64')}) was not liked`;
  return {
    status,
    body: {
      status,
      title: text,
      detail: text,
      message: text,
      instance: `kong:trace:${token}`,
      invalid_parameters: [{ field: token, rule: token, reason: text }],
      details: [{ '@type': token, type: 'ERROR_TYPE_FIELD', field: token, messages: [text] }],
    },
    ...(status === 429 ? { retryAfter: 1 } : {}),
  };
}

/** As the emulator tells tokens apart. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}
