import { expect, it } from 'vitest';
import {
  authConfiguration,
  authKind,
  controlPlaneKind,
  key,
  secretResource,
  settle,
  tokenSecret,
  withControlPlane,
} from '../../test/memory/manifests.ts';
import { foreignToken, type Stage, startStage } from '../../test/memory/stage.ts';
import { Retry } from '../engine/errors.ts';
import type { Tokens } from '../engine/ports.ts';
import { checked } from './fixture.ts';

/* What deleted objects left in one account, where another one can not be read. */

/** Two accounts; what a control plane's object that is gone left is in the second. */
async function bereft(): Promise<Stage> {
  const stage = await startStage();
  const { user } = stage.cluster;
  user.apply(secretResource, tokenSecret(foreignToken, { name: 'foreign' }));
  user.apply(authKind.resource, authConfiguration({ secretRef: { name: 'foreign' } }, { name: 'first' }));
  await settle(stage, authKind, 'first');
  await withControlPlane(stage);
  user.drop(controlPlaneKind.resource, key('cp'));
  return stage;
}

const left = { class: 'orphaned', kind: 'KonnectGatewayControlPlane', name: 'cp' };

it('an account that Konnect does not answer hides nothing of another', async () => {
  await using stage = await bereft();
  let failures = 1;
  stage.konnect.setFault(({ path }) => {
    if (path !== '/v2/control-planes' || failures === 0) return undefined;
    failures -= 1;
    return { status: 503 };
  });

  const { report } = await checked(stage);

  expect(report?.problems).toMatchObject([{ kind: 'KonnectGatewayControlPlane' }]);
  expect(report?.findings).toMatchObject([left]);
});

it('a token that can not be read hides nothing of another account', async () => {
  await using stage = await bereft();
  const { tokens } = stage;
  const read: Tokens['read'] = async (token) => {
    if (token.name === 'first') throw new Retry('Secrets Manager is away');
    return tokens.read(token);
  };

  const { report } = await checked(stage, { tokens: { ...tokens, read } });

  expect(report?.problems.map(({ message }) => message)).toContain('Secrets Manager is away');
  expect(report?.findings).toMatchObject([left]);
});
