import { expect, it } from 'vitest';
import { findCondition, statusOf } from '../../lib/engine/objects.ts';
import { manual, ownCertificate, tlsSecret } from './certificates.ts';
import { force } from './events.ts';
import {
  auth,
  authKind,
  controlPlane,
  controlPlaneKind,
  extension,
  extensionKind,
  type Manifest,
  tokenSecret,
} from './manifests.ts';
import { fingerprintOf, idOf, messageOf, type Scene } from './scene.ts';
import { stageForFile } from './stage.ts';
import { awsSecret, storedToken } from './tokens.ts';

const stage = stageForFile();

it('takes a token that is written into the object', async () => {
  const scene = await stage.scene('inline');
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('plane'));

  await scene.done(controlPlaneKind, 'plane');

  expect(messageOf(await scene.get(authKind, 'auth'), 'APIAuthValid')).toBe('Token is valid');
  expect(storedToken(stage.stack, scene.namespace)).toBe(scene.token);
});

it('takes a token that ends in a newline, as files do', async () => {
  const scene = await stage.scene('newline');
  await scene.apply(auth('auth', { secret: 'token' }), tokenSecret('token', { token: `${scene.token}\r\n` }));

  await scene.done(authKind, 'auth');

  expect(storedToken(stage.stack, scene.namespace)).toBe(scene.token);
});

it('takes a token from the AWS secret whose ARN the Secret holds, where its tag allows the namespace', async () => {
  const scene = await stage.scene('by-arn');
  const { arn } = await awsSecret(stage.stack, 'team/konnect', scene.token, 'local/by-arn');
  await scene.apply(auth('auth', { secret: 'token' }), tokenSecret('token', { arn }), controlPlane('plane'));

  await scene.done(controlPlaneKind, 'plane');

  expect(storedToken(stage.stack, scene.namespace)).toBe(scene.token);
  const secret = await scene.get('Secret', 'token');
  expect(JSON.stringify(secret)).not.toContain(Buffer.from(scene.token).toString('base64'));
});

it('refuses an AWS secret whose tag does not allow the namespace, until it does', async () => {
  const scene = await stage.scene('untagged');
  const secret = await awsSecret(stage.stack, 'other-team/konnect', scene.token, 'local/by-arn local/untagged-2');
  await scene.apply(auth('auth', { secret: 'token' }), tokenSecret('token', { arn: secret.arn }));
  const refused = await scene.until(authKind, 'auth', 'is refused', isInvalid);
  expect(messageOf(refused, 'APIAuthValid')).toContain('add "local/untagged" to its tag');
  expect(storedToken(stage.stack, scene.namespace)).toBeUndefined();

  await secret.allow('local/untagged');
  await force(stage.stack, refused);

  await scene.done(authKind, 'auth');
});

it("refuses the token store's own secrets: they would lend the token of another namespace", async () => {
  const [owner, thief] = [await stage.scene('owner'), await stage.scene('thief')];
  await owner.apply(auth('auth', { token: owner.token }));
  await owner.done(authKind, 'auth');
  const arn = stage.stack.secrets.secrets().find(({ name }) => name.endsWith('/owner/auth'))?.arn ?? '';

  await thief.apply(auth('auth', { secret: 'token' }), tokenSecret('token', { arn }));

  const refused = await thief.until(authKind, 'auth', 'is refused', isInvalid);
  expect(messageOf(refused, 'APIAuthValid')).toContain('is a secret of the reconciler itself');
  expect(thief.calls()).toEqual([]);
});

it('fills a group with members that are applied before it and after it', async () => {
  const scene = await stage.scene('group');
  const group = controlPlane('group', {
    cluster_type: 'CLUSTER_TYPE_CONTROL_PLANE_GROUP',
    members: [{ name: 'early' }, { name: 'late' }],
  });
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('early'), group);
  const waiting = await scene.until(controlPlaneKind, 'group', 'tells of the missing member', (object) =>
    messageOf(object, 'MembersReferenceResolved').includes('group/late does not exist'),
  );
  expect(stage.stack.konnect.members(idOf(waiting))).toEqual([]);

  await scene.apply(controlPlane('late'));

  const done = await scene.done(controlPlaneKind, 'group');
  const members = await Promise.all(['early', 'late'].map((name) => scene.done(controlPlaneKind, name)));
  expect(stage.stack.konnect.members(idOf(done)).toSorted()).toEqual(members.map(idOf).sort());
});

it('uses the certificate that the user made, also one that comes later', async () => {
  const scene = await stage.scene('manual');
  const own = await ownCertificate();
  const manifests: readonly Manifest[] = [
    auth('auth', { token: scene.token }),
    controlPlane('plane'),
    extension('plane', { clientAuth: manual('own') }),
  ];
  await scene.apply(...manifests);
  await scene.until(extensionKind, 'plane', 'asks for the Secret', (object) =>
    messageOf(object, 'DataPlaneCertificateProvisioned').includes('Secret manual/own does not exist'),
  );

  await scene.apply(tlsSecret('own', own));

  const done = await scene.done(extensionKind, 'plane');
  expect(statusOf(done)['dataPlaneClientAuth']).toEqual({ certificateSecretRef: { name: 'own' } });
  expect(scene.pinned(onlyPlane(scene))).toEqual([fingerprintOf(own.certificate)]);
});

it('joins data planes to a control plane that is no object of the cluster', async () => {
  const scene = await stage.scene('konnect-id');
  const plane = stage.stack.konnect.createControlPlane(scene.organizationId, { name: 'made-in-konnect' }, 'us');
  const { spec, ...manifest } = extension('by-id');
  expect(spec).toBeDefined();
  await scene.apply(auth('auth', { token: scene.token }), {
    ...manifest,
    spec: {
      konnect: {
        controlPlane: { ref: { type: 'konnectID', konnectID: plane.id } },
        configuration: { authRef: { name: 'auth' } },
      },
    },
  });

  const done = await scene.done(extensionKind, 'by-id');

  expect(statusOf(done)['konnect']).toEqual({
    controlPlaneID: plane.id,
    clusterType: 'ControlPlane',
    endpoints: { controlPlane: plane.config.control_plane_endpoint, telemetry: plane.config.telemetry_endpoint },
  });
  expect(scene.pinned(plane.id)).toEqual([await scene.mounted('konnect-extension-by-id')]);
});

function isInvalid(object: Parameters<typeof findCondition>[0]): boolean {
  return findCondition(object, 'APIAuthValid')?.status === 'False';
}

function onlyPlane(scene: Scene): string {
  const [plane, ...others] = scene.planes();
  expect(others).toEqual([]);
  return plane?.id ?? '';
}
