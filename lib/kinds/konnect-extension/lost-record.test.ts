import { describe, expect, it } from 'vitest';
import { fresh, inSecret, ownedName, passDays, ready, reconcile, uploaded } from '../../../test/memory/extension.ts';
import { configMapResource, forget, key, secretResource } from '../../../test/memory/manifests.ts';
import { overloaded } from '../../../test/memory/refusals.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { dataOf, manual, one, other, putSecret } from './fixture.ts';
import { recordAnnotation } from './names.ts';

/* What data planes run with while the only record of replaced certificates is lost. */

const nearEnd = 336;
const graceDays = 7;

/** An extension whose certificate was renewed, while data planes still run with the old one. */
async function renewed(): Promise<{ readonly stage: Stage; readonly old: string }> {
  const stage = await ready();
  passDays(stage, nearEnd);
  const old = inSecret(stage) ?? '';
  await reconcile(stage);
  passDays(stage, 1);
  forget(stage);
  return { stage, old };
}

const removeSettings = ({ cluster }: Stage) => cluster.user.remove(configMapResource, key(ownedName));
const removeSecret = ({ cluster }: Stage) => cluster.user.remove(secretResource, key(ownedName));
const annotate = (text: string | null) => (stage: Stage) => {
  const annotations = { [recordAnnotation]: text };
  stage.cluster.user.edit(configMapResource, key(ownedName), { metadata: { annotations } });
};

const look = (stage: Stage) => reconcile(stage, { cause: 'dependency' });

describe('T32 the certificate that was replaced', () => {
  it.each([
    { reason: 'the ConfigMap is deleted', lose: removeSettings },
    { reason: 'its annotation is taken off', lose: annotate(null) },
    { reason: 'its annotation is unreadable', lose: annotate('{"by":"hand"}') },
    {
      reason: 'its annotation tells of another control plane',
      lose: annotate('{"controlPlane":"other","fingerprint":"other","replaced":[]}'),
    },
  ])('stays known for a while where $reason', async ({ lose }) => {
    const { stage, old } = await renewed();
    await using _ = stage;
    lose(stage);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([old, inSecret(stage)]);
    expect(stage.konnect.writes).toBe(0);
    passDays(stage, graceDays + 1);
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(uploaded(stage)).toEqual([inSecret(stage)]);
  });

  it('stays known for a while where the Secret is deleted as well, and so does that of the Secret', async () => {
    const { stage, old } = await renewed();
    await using _ = stage;
    const second = inSecret(stage);
    removeSettings(stage);
    removeSecret(stage);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([old, second, inSecret(stage)]);
    passDays(stage, graceDays + 1);
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(uploaded(stage)).toEqual([inSecret(stage)]);
  });

  it('does so however often the new Secret can not be written, and tries do not add up', async () => {
    const { stage, old } = await renewed();
    await using _ = stage;
    const second = inSecret(stage);
    removeSettings(stage);
    removeSecret(stage);
    stage.cluster.intercept(({ verb, kind }) => (verb === 'create' && kind === 'Secret' ? overloaded() : undefined));
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect((await look(stage)).is).toBe('retry');
      expect(uploaded(stage).slice(0, 2)).toEqual([old, second]);
      expect(uploaded(stage).length).toBeLessThanOrEqual(3);
    }
    stage.cluster.intercept(undefined);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([old, second, inSecret(stage)]);
  });

  it('does so where nothing can be noted, and then nothing is uploaded', async () => {
    const { stage, old } = await renewed();
    await using _ = stage;
    const second = inSecret(stage);
    removeSettings(stage);
    removeSecret(stage);
    stage.cluster.intercept(({ verb, kind }) => (verb === 'create' && kind === 'ConfigMap' ? overloaded() : undefined));

    for (let attempt = 1; attempt <= 2; attempt += 1) expect((await look(stage)).is).toBe('retry');

    expect(uploaded(stage)).toEqual([old, second]);
  });

  it('of a user does so where the new one can not be uploaded at once, which is tried again', async () => {
    await using stage = await fresh(manual);
    putSecret(stage, dataOf(one));
    await reconcile(stage);
    stage.cluster.user.edit(secretResource, key('own'), { data: dataOf(other) });
    removeSettings(stage);
    stage.konnect.setFault(({ method }) => (method === 'POST' ? { status: 503 } : undefined));
    expect((await look(stage)).is).toBe('retry');
    stage.konnect.setFault(undefined);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([one.fingerprint, other.fingerprint]);
  });
});
