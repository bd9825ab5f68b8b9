import { describe, expect, it } from 'vitest';
import { networkKind as kind, networks, passMinutes } from '../../../test/memory/cloud.ts';
import { key } from '../../../test/memory/manifests.ts';
import { condition, fresh, look, programmed, strange } from './fixture.ts';

describe('its deletion', () => {
  it('is tried again while Konnect provisions it, and done once it takes it down', async () => {
    await using stage = await programmed();
    stage.cluster.user.remove(kind.resource, key('net'));
    expect(await look(stage)).toMatchObject({ is: 'retry', afterSeconds: 120 });
    expect(condition(stage)).toMatch(/^False KonnectAPIOpFailed: /);
    passMinutes(stage);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(networks(stage)).toEqual([]);
    expect(stage.find(kind.resource, 'net')).toBeUndefined();
  });

  it('T2 finds it by its name where the reply was lost', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? 'reset-after' : undefined));
    await look(stage);
    passMinutes(stage);
    stage.cluster.user.remove(kind.resource, key('net'));

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(networks(stage)).toEqual([]);
  });

  it("leaves somebody else's network alone", async () => {
    await using stage = await fresh();
    const id = await strange(stage);
    await look(stage);
    stage.cluster.user.remove(kind.resource, key('net'));

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(networks(stage).map((one) => one['id'])).toEqual([id]);
  });
});
