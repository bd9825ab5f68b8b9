import { randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { findCondition } from '../../lib/engine/objects.ts';
import { auth, authKind, controlPlane, controlPlaneKind, type Manifest, tokenSecret } from './manifests.ts';
import { deadLetters } from './rest.ts';
import { messageOf, type Scene } from './scene.ts';
import { stageForFile } from './stage.ts';
import { storedToken } from './tokens.ts';

const states = ['inactive', 'deleting', 'deleted'] as const;
const lost = states.map((state) => ({ id: randomUUID(), name: state, state, tokens: [newToken()] as const }));
const stage = stageForFile({ konnect: { organizations: lost } });

interface Bad {
  readonly what: string;
  /** What the condition must say, so that a person can act. */
  readonly says: string;
  manifests(scene: Scene): readonly Manifest[];
}

const secretAuth = auth('auth', { secret: 'token' });

const bad: readonly Bad[] = [
  {
    what: 'a wrong token in the object',
    says: 'Token: Konnect answered 401',
    manifests: () => [auth('auth', { token: newToken() })],
  },
  {
    what: 'a wrong token in a Secret',
    says: 'Token from Secret {namespace}/token: Konnect answered 401',
    manifests: () => [secretAuth, tokenSecret('token', { token: newToken() })],
  },
  {
    what: 'a missing Secret',
    says: 'Secret {namespace}/token does not exist: create it',
    manifests: () => [secretAuth],
  },
  {
    what: 'a Secret without the label',
    says: 'Secret {namespace}/token lacks the label konghq.com/credential: konnect',
    manifests: ({ token }) => [secretAuth, { ...tokenSecret('token', { token }), metadata: { name: 'token' } }],
  },
  {
    what: 'a Secret without a token',
    says: 'Secret {namespace}/token has neither a key "token" nor a key "arn"',
    manifests: ({ token }) => [secretAuth, tokenSecret('token', { Token: token })],
  },
  {
    what: 'an empty token',
    says: 'the key "token" of Secret {namespace}/token is empty',
    manifests: () => [secretAuth, tokenSecret('token', { token: ' \n' })],
  },
  {
    what: 'a Secret with two lines',
    says: 'the key "token" of Secret {namespace}/token is not one token',
    manifests: ({ token }) => [secretAuth, tokenSecret('token', { token: `${token}\n${token}` })],
  },
  {
    what: 'an ARN that is none',
    says: 'the key "arn" holds no whole ARN of a secret',
    manifests: ({ token }) => [secretAuth, tokenSecret('token', { arn: token })],
  },
  {
    what: 'an AWS secret that does not exist',
    says: 'does not exist',
    manifests: () => [
      secretAuth,
      tokenSecret('token', { arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:nobody-aaaaaa' }),
    ],
  },
  ...[
    ['evil.example.com', 'names the host evil.example.com'],
    ['us.api.konghq.com.evil.example', 'names the host us.api.konghq.com.evil.example'],
    ['127.0.0.1', 'names the host 127.0.0.1'],
    ['169.254.169.254', 'names the host 169.254.169.254'],
    ['2130706433', 'names the host 127.0.0.1'],
    ['localhost', 'names the host localhost'],
    ['https://[::1]', 'names the host [::1]'],
    ['https://us.api.konghq.com/v2', 'must have no path'],
    ['https://user:pw@us.api.konghq.com', 'must not hold user information'],
    ['a b', 'holds a character that no host name has'],
  ].map(([serverURL = '', says = '']) => ({
    what: `the server URL ${serverURL}`,
    says,
    manifests: ({ token }: Scene) => [auth('auth', { token, serverURL })],
  })),
  ...lost.map(({ state, id, tokens: [token] }) => ({
    what: `the token of an organisation that is ${state}`,
    says: `its organisation ${id} is ${state} in Konnect`,
    manifests: () => [auth('auth', { token })],
  })),
];

it('says what to change of a token, does not try again and again, and makes nothing in Konnect', async () => {
  const scenes = await Promise.all(bad.map((_, index) => stage.scene(`bad-${index}`)));
  await Promise.all(
    scenes.map((scene, index) => scene.apply(...(bad[index]?.manifests(scene) ?? []), controlPlane('plane'))),
  );
  await stage.rest();

  for (const [index, scene] of scenes.entries()) {
    const { what = '', says = '' } = bad[index] ?? {};
    const object = await scene.get(authKind, 'auth');
    const condition = object && findCondition(object, 'APIAuthValid');
    expect(condition, what).toMatchObject({ status: 'False', reason: 'Invalid' });
    expect(condition?.message, what).toContain(says.replace('{namespace}', scene.namespace));
    expect(messageOf(await scene.get(controlPlaneKind, 'plane'), 'Programmed'), what).toContain('auth');
    expect(storedToken(stage.stack, scene.namespace), what).toBeUndefined();
    expect(scene.planes(), what).toEqual([]);
  }
  expect(deadLetters(stage.stack)).toEqual([]);
  expect(stage.stack.konnect.writes).toBe(0);
});

it('refuses a server URL that is no URL and no host already when it is applied', async () => {
  const scene = await stage.scene('refused');
  for (const serverURL of ['', '[::1]', 'http://us.api.konghq.com', 'user:pw@us.api.konghq.com']) {
    await expect(scene.apply(auth('auth', { token: scene.token, serverURL })), serverURL).rejects.toThrow(/Server URL/);
  }
});

it('stops, and makes nothing elsewhere, where the token turns out to be of another organisation', async () => {
  const [scene, other] = [await stage.scene('moved'), await stage.scene('elsewhere')];
  await scene.apply(secretAuth, tokenSecret('token', { token: scene.token }), controlPlane('plane'));
  await scene.done(controlPlaneKind, 'plane');

  await scene.patch('Secret', 'token', { stringData: { token: other.token } });
  const told = await scene.until(authKind, 'auth', 'tells of the other organisation', (object) =>
    messageOf(object, 'TokenAccepted').includes(`it belongs to the organisation ${other.organizationId}`),
  );

  expect(messageOf(told, 'TokenAccepted')).toContain(`use a token of ${scene.organizationId}`);
  expect(storedToken(stage.stack, scene.namespace)).toBe(scene.token);
  expect(scene.planes()).toHaveLength(1);
  expect(other.planes()).toEqual([]);
});

it('leaves a control plane alone that was made in another organisation than the token is of now', async () => {
  const [scene, other] = [await stage.scene('replaced'), await stage.scene('replacement')];
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('plane'));
  await scene.done(controlPlaneKind, 'plane');
  await scene.patch(authKind, 'auth', { metadata: { finalizers: null } });
  await scene.remove(authKind, 'auth');

  // Functions may still hold the old token in their cache: that it is refused must not lead into the other organisation.
  stage.stack.konnect.revokeToken(scene.token);
  await scene.apply(auth('auth', { token: other.token }));
  await scene.done(authKind, 'auth');
  await scene.patch(controlPlaneKind, 'plane', { spec: { description: 'changed' } });
  const refused = await scene.until(
    controlPlaneKind,
    'plane',
    'tells of the other organisation',
    (object) => findCondition(object, 'Programmed')?.reason === 'OrganizationMismatch',
  );

  expect(messageOf(refused, 'Programmed')).toContain(`use a token of ${scene.organizationId}`);
  await stage.rest();
  expect(other.planes()).toEqual([]);
  expect(scene.planes()).toHaveLength(1);
});

function newToken(): string {
  return `kpat_${randomBytes(20).toString('hex')}`;
}
