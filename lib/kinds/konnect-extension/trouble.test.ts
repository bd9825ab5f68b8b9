import { describe, expect, it } from 'vitest';
import { troubles } from '../../../test/memory/control-plane.ts';
import { condition, fresh, reconcile, uploaded } from '../../../test/memory/extension.ts';
import { secretResource } from '../../../test/memory/manifests.ts';

describe('trouble on the way up', () => {
  it.each(['GET', 'POST'])('at the %s is told and passes', async (on) => {
    for (const { name, fault, is, afterSeconds } of troubles) {
      await using stage = await fresh();
      stage.konnect.setFault(({ method }) => (method === on ? fault : undefined));

      const verdict = await reconcile(stage);

      expect(verdict, name).toMatchObject({ is, ...(afterSeconds === undefined ? {} : { afterSeconds }) });
      expect(condition(stage, 'DataPlaneCertificateProvisioned'), name).toMatch(/^False KonnectAPIOpFailed: ./);
      expect(condition(stage, 'Ready'), name).toMatch(/^False provisioning: ./);
      stage.konnect.setFault(undefined);
      stage.now = new Date(stage.now.getTime() + 120_000);
      expect(await reconcile(stage), name).toEqual({ is: 'done' });
      expect(uploaded(stage), name).toHaveLength(1);
    }
  });

  it('too many certificates are for a person to remove', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) =>
      method === 'POST' ? { status: 400, body: { code: 3, message: 'too many certificates' } } : undefined,
    );

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(condition(stage, 'Ready')).toMatch(/too many certificates/);
    expect(stage.find(secretResource, 'konnect-extension-ext')).toBeUndefined();
  });
});
