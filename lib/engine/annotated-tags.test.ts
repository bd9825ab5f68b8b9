import { describe, expect, it } from 'vitest';
import {
  editService,
  entities,
  entity,
  look,
  objectOf,
  planeId,
  programmedService,
  serviceKind,
  serviceStage,
} from '../../test/memory/core.ts';
import { conditionText, forget, key, konnectCalls } from '../../test/memory/manifests.ts';
import { isSettled } from '../forward/filter.ts';
import { inputsAnnotation } from './names.ts';

const put = 'PUT /v2/control-planes/{id}/core-entities/services/{id}';
const annotation = 'konghq.com/tags';

async function tagged(tags: string) {
  return programmedService({}, { annotations: { [annotation]: tags } });
}

function tag(stage: Awaited<ReturnType<typeof tagged>>, tags: string | null): void {
  editService(stage, { metadata: { annotations: { [annotation]: tags } } });
}

describe('tags in the annotation', () => {
  it('and in the spec leave the entity with its owner, in whatever order Konnect gives them', async () => {
    const stranger = 'k8s-uid:99999999-0000-4000-8000-000000000000';
    await using stage = await programmedService(
      { tags: [stranger] },
      { annotations: { [annotation]: 'k8s-name:other' } },
    );
    expect(conditionText(objectOf(stage), 'TagsComplete')).toMatch(/^False TagsDropped: .*k8s-uid:9.*k8s-name:other$/);
    const { id, tags } = entity(stage);
    stage.konnect.patchEntity(planeId(stage), 'services', id, { tags: Array.isArray(tags) ? tags.toReversed() : tags });

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });
    stage.cluster.user.remove(serviceKind.resource, key('svc'));
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(entities(stage)).toEqual([]);
  });

  it('are sent when nothing but the annotation changes, and then cost nothing', async () => {
    await using stage = await programmedService();
    tag(stage, 'team-a, gold; fast');

    expect(await look(stage)).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toEqual([put]);
    expect(entity(stage)['tags']).toEqual(expect.arrayContaining(['team-a', 'gold; fast']));

    forget(stage);
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(await look(stage, 'dependency')).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toEqual([]);
    expect(stage.cluster.calls.filter((call) => call.startsWith('patch'))).toEqual([]);
  });

  it('go when the annotation goes, and so does what was recorded of them', async () => {
    await using stage = await tagged('team-a');
    expect(entity(stage)['tags']).toContain('team-a');
    tag(stage, null);

    await look(stage);

    expect(entity(stage)['tags']).not.toContain('team-a');
    expect(objectOf(stage).metadata.annotations).not.toHaveProperty(inputsAnnotation);
  });

  it('cost a new object no further call', async () => {
    await using stage = await serviceStage({}, { annotations: { [annotation]: 'team-a' } });

    await look(stage);

    expect(stage.cluster.calls).toHaveLength(4);
    expect(konnectCalls(stage)).toEqual([put]);
    expect(entity(stage)['tags']).toContain('team-a');
  });

  it('are written again where the write failed', async () => {
    await using stage = await programmedService();
    tag(stage, 'team-a');
    stage.konnect.setFault((_, nth) => (nth === 1 ? { status: 503 } : undefined));
    expect((await look(stage)).is).toBe('retry');
    expect(conditionText(objectOf(stage), 'Programmed')).toBe('True Programmed');

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(entity(stage)['tags']).toContain('team-a');
  });

  it('that changed while no forwarder ran are seen by the next one', async () => {
    await using stage = await tagged('team-a');
    expect(isSettled(serviceKind, objectOf(stage))).toBe(true);
    tag(stage, 'team-b');
    expect(isSettled(serviceKind, objectOf(stage))).toBe(false);
  });

  it('that Konnect would refuse are named, and the others sent', async () => {
    await using stage = await tagged(`team-a,a/b,${'x'.repeat(129)}`);

    expect(entity(stage)['tags']).toContain('team-a');
    expect(conditionText(objectOf(stage), 'TagsComplete')).toMatch(/^False TagsDropped: .*a\/b, x+$/);
  });
});
