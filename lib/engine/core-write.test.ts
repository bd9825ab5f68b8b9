import { describe, expect, it } from 'vitest';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import type { CoreMapping } from './core-entity.ts';
import { keeping, tagged, type Work } from './core-write.ts';
import { noInputs } from './inputs.ts';
import { isRecord, type KubernetesObject } from './objects.ts';
import type { Entity } from './plan.ts';
import { createReport } from './report.ts';
import type { Run } from './run.ts';
import { wakeMissing } from './wake.ts';

const resource = { group: 'g', version: 'v1', kind: 'Shop', plural: 'shops', namespaced: true };
const ids = { controlPlane: 'cp' };

function runOf(object: Partial<KubernetesObject>) {
  const metadata = { name: 'one', namespace: 'team', uid: 'u', resourceVersion: '1', generation: 3 };
  const kind = { resource } as Kind;
  const woken: ObjectEventData[] = [];
  const run = {
    kind,
    cluster: { name: 'blue' },
    registry: { kinds: [kind] },
    report: createReport(),
    object: { apiVersion: 'g/v1', kind: 'Shop', metadata, ...object },
    wake: async (events: readonly ObjectEventData[]) => void woken.push(...events),
  };
  return { run: run as unknown as Run, woken };
}

describe('what is sent', () => {
  /** The entity of an object with this spec; its body is the spec. */
  const sent = (spec: unknown, tags: readonly string[] = []) => {
    const body: CoreMapping['body'] = ({ spec: seen }) => (isRecord(seen) ? seen : { seen });
    const mapping = { body, tags: () => tags } as unknown as CoreMapping;
    const { run } = runOf({ spec });
    return { ...tagged(run, mapping, ids, { ...noInputs, body: { port: 80 }, tags: ['c'] }), run };
  };

  it.each([
    { what: 'the fields, and over them what was read elsewhere', spec: { a: 1, port: 9 }, fields: { a: 1, port: 80 } },
    { what: 'no text that is empty', spec: { a: '', b: ' ', c: 0, d: false }, fields: { b: ' ', c: 0, d: false } },
    { what: 'nothing of what is adopted', spec: { adopt: { konnect: { id: 'x' } }, a: 1 }, fields: { a: 1 } },
    { what: 'what there is without a spec', spec: undefined, fields: { seen: undefined } },
    { what: 'what there is with an odd one', spec: 'odd', fields: { seen: 'odd' } },
  ])('is $what', ({ spec, fields }) => {
    const { bare, body } = sent(spec, ['b']);
    const { tags: all, ...others } = body;

    expect(bare).toStrictEqual({ port: 80, ...fields, tags: ['b', 'c'] });
    expect(others).toStrictEqual({ port: 80, ...fields });
    expect(all).toEqual(expect.arrayContaining(['k8s-uid:u', 'k8s-name:one', 'b', 'c']));
  });

  it('lacks tags that Konnect would refuse, which is told', () => {
    const { bare, run } = sent({}, ['a,b', 'ok', 'a/b']);

    expect(bare['tags']).toEqual(['ok', 'c']);
    const message =
      'these tags are not sent, since Konnect has no room for them or would refuse them, or since they are kept for the owner: a,b, a/b';
    expect(run.report.facts).toEqual([{ type: 'TagsComplete', status: 'False', reason: 'TagsDropped', message }]);
  });
});

describe('what Konnect has generated', () => {
  const kept = (generated: readonly string[] | undefined, body: Work['body'], entity: Entity) =>
    keeping({ mapping: { generated }, body, ids } as unknown as Work, entity);
  const entity = { id: 'x', secret: 's', key: 'k', name: 'n' };

  it.each([
    { what: 'is sent back', generated: ['secret', 'key'], body: { a: 1 }, whole: { a: 1, secret: 's', key: 'k' } },
    {
      what: 'gives way to what the object says',
      generated: ['secret'],
      body: { secret: 'mine' },
      whole: { secret: 'mine' },
    },
    { what: 'is left out where there is none', generated: ['secret', 'none'], body: {}, whole: { secret: 's' } },
    { what: 'is nothing in most kinds', generated: undefined, body: { a: 1 }, whole: { a: 1 } },
  ])('$what', ({ generated, body, whole }) => {
    const work = kept(generated, body, entity);

    expect(work.body).toStrictEqual(whole);
    expect(work.ids).toBe(ids);
  });
});

it('asks the parents that are there, and of a kind that we know, to look whether they are in Konnect', async () => {
  const { run, woken } = runOf({});
  const at = (kind: string, name: string, isThere = true) => ({
    ref: { name, kind },
    key: { name },
    object: isThere
      ? { apiVersion: 'g/v1', kind, metadata: { name, namespace: 'team', uid: `uid-${name}`, resourceVersion: '7' } }
      : undefined,
  });
  const found = { a: at('Shop', 'a'), b: at('Shop', 'b', false), c: at('Stranger', 'c') };

  await wakeMissing(run, Object.values(found));

  expect(woken).toEqual([
    {
      ...{ cluster: 'blue', group: 'g', version: 'v1', kind: 'Shop', namespace: 'team', name: 'a', uid: 'uid-a' },
      ...{ generation: 0, resourceVersion: '7', cause: 'dependency', origin: 'missing/u', force: true },
    },
  ]);
});
