import { describe, expect, it } from 'vitest';
import {
  fingerprintOf,
  inputsNote,
  madeOf,
  noInputs,
  recordedInputs,
  sameInputs,
  tagsAreWritten,
  versionOf,
} from './inputs.ts';
import { inputsAnnotation } from './names.ts';
import type { KubernetesObject } from './objects.ts';

const ids = { controlPlane: 'cp-1', service: 's-1' };
const tagsAnnotation = 'konghq.com/tags';
const inputs = { ...noInputs, versions: ['Secret a version 1'] };

function object(metadata: Partial<KubernetesObject['metadata']>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', uid: 'u', resourceVersion: '7', ...metadata } };
}

function noted(fingerprint: readonly string[]): Readonly<Record<string, string>> {
  return { [inputsAnnotation]: inputsNote(fingerprint)[inputsAnnotation] ?? '' };
}

describe('what was last written', () => {
  const before = fingerprintOf(inputs, ids);

  it.each([
    ['another version of what was read', fingerprintOf({ ...inputs, versions: ['Secret a version 2'] }, ids)],
    ['one thing more that was read', fingerprintOf({ ...inputs, versions: [...inputs.versions, 'x'] }, ids)],
    ['another entity under the same name', fingerprintOf(inputs, { ...ids, service: 's-2' })],
    ['one target less', fingerprintOf(inputs, { controlPlane: 'cp-1' })],
  ])('is not %s', (_, now) => {
    expect(sameInputs(before, now)).toBe(false);
  });

  it('does not depend on the order of ids, nor on any content', () => {
    const body = { config: { key: 'hidden' } };
    const now = fingerprintOf({ ...inputs, body, tags: ['t'] }, { service: 's-1', controlPlane: 'cp-1' });

    expect(sameInputs(before, now)).toBe(true);
    expect(now.join()).not.toContain('hidden');
  });

  it('names what it was read from, so that a person can compare', () => {
    expect(before).toEqual(['controlPlane cp-1', 'service s-1', 'Secret a version 1']);
    expect(fingerprintOf(noInputs, { service: 's-1', controlPlane: 'cp-1' })).toEqual(before.slice(0, 2));
  });

  it('comes back from the object', () => {
    expect(recordedInputs(object({ annotations: noted(before) }))).toEqual(before);
    expect(recordedInputs(object({}))).toBeUndefined();
    expect(Object.keys(inputsNote(before))).toEqual([inputsAnnotation]);
  });

  it('is not nothing', () => {
    expect(sameInputs(undefined, before)).toBe(false);
    expect(sameInputs(undefined, undefined)).toBe(true);
  });
});

describe('what an entity is made of', () => {
  it('is nothing to record where the object says it all', () => {
    expect(madeOf(object({}), undefined, ids)).toBeUndefined();
    expect(inputsNote(undefined)).toEqual({ [inputsAnnotation]: null });
  });

  it('is what was read, and the tags of the annotation in one order, each once', () => {
    const tagged = object({ annotations: { [tagsAnnotation]: 'gold; fast, east, gold; fast' } });

    expect(madeOf(tagged, undefined, ids)).toEqual(['own tags east,gold%3B fast']);
    expect(madeOf(tagged, inputs, ids)).toEqual([...fingerprintOf(inputs, ids), 'own tags east,gold%3B fast']);
    expect(madeOf(object({}), inputs, ids)).toEqual(fingerprintOf(inputs, ids));
  });

  it('has no part of its own where there are no inputs', () => {
    expect(Object.values(noInputs).flatMap((part: object) => Object.values(part))).toEqual([]);
  });
});

describe('tags in the annotation', () => {
  /** The object with these tags in its annotation, after its entity was written with those. */
  function written(now: string | undefined, last: string | undefined): KubernetesObject {
    const before = object(last === undefined ? {} : { annotations: { [tagsAnnotation]: last } });
    const tags = now === undefined ? {} : { [tagsAnnotation]: now };
    return object({ annotations: { ...tags, ...noted(madeOf(before, inputs, ids) ?? []) } });
  }

  it.each([
    { now: undefined, last: undefined },
    { now: 'a,b', last: 'a,b' },
    { now: 'b,a,b', last: 'a,b' },
    { now: 'gold; fast', last: 'gold; fast' },
  ])('are written: $now after $last', ({ now, last }) => {
    expect(tagsAreWritten(written(now, last))).toBe(true);
  });

  it.each([
    { now: 'a', last: undefined },
    { now: undefined, last: 'a' },
    { now: 'ab', last: 'a,b' },
    { now: 'ab', last: 'a;b' },
    { now: 'a%3Bb', last: 'a;b' },
  ])('are not written: $now after $last', ({ now, last }) => {
    expect(tagsAreWritten(written(now, last))).toBe(false);
  });

  it('are written where there are none and nothing was recorded', () => {
    expect(tagsAreWritten(object({}))).toBe(true);
    expect(tagsAreWritten(object({ annotations: { [tagsAnnotation]: 'a' } }))).toBe(false);
  });
});

describe('the version of an object', () => {
  it('is its generation where it has one, so that a status write is none', () => {
    expect(versionOf(object({ generation: 3 }))).toBe(versionOf(object({ generation: 3, resourceVersion: '8' })));
    expect(versionOf(object({ generation: 3 }))).not.toBe(versionOf(object({ generation: 4 })));
  });

  it('is that of each write where it has none', () => {
    expect(versionOf(object({}))).not.toBe(versionOf(object({ resourceVersion: '8' })));
  });

  it('is another one where the object was made anew', () => {
    expect(versionOf(object({ generation: 1 }))).not.toBe(versionOf(object({ generation: 1, uid: 'other' })));
  });

  it('can not be mistaken: a generation is no resource version', () => {
    expect(versionOf(object({ generation: 7 }))).not.toBe(versionOf(object({ resourceVersion: '7' })));
  });
});
