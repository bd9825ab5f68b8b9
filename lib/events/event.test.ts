import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedEvent } from '../engine/errors.ts';
import {
  causes,
  deduplicationId,
  isThorough,
  messageGroupId,
  type ObjectEventData,
  objectEvent,
  parseEvent,
} from './event.ts';

const data: ObjectEventData = {
  cluster: 'blue',
  group: 'konnect.konghq.com',
  version: 'v1alpha1',
  kind: 'Shop',
  namespace: 'team',
  name: 'one',
  uid: '0b0f0f0e-7d5e-4f43-8f68-6d1a0a6a9c11',
  generation: 3,
  resourceVersion: '4711',
  cause: 'change',
};
const time = new Date('2026-03-01T12:00:00.123Z');
const event = objectEvent(data, time);

const dnsName = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/);
const anyName = fc.oneof(dnsName, fc.stringMatching(/^[a-z]{200,253}$/));
const anyData = fc
  .record({
    cluster: fc.oneof(dnsName, fc.stringMatching(/^[A-Za-zäß]{1,100}$/)),
    kind: fc.constantFrom('Shop', 'Shelf'),
    namespace: fc.option(dnsName, { nil: undefined }),
    name: anyName,
    uid: fc.uuid(),
    resourceVersion: fc.nat().map(String),
    cause: fc.constantFrom(...causes),
    origin: fc.option(fc.string({ minLength: 1, maxLength: 256 }), { nil: undefined }),
    force: fc.option(fc.boolean(), { nil: undefined }),
    orphanIn: fc.option(fc.record({ namespace: dnsName, name: anyName }, { requiredKeys: ['name'] }), {
      nil: undefined,
    }),
  })
  .map((some): ObjectEventData => JSON.parse(JSON.stringify({ ...data, ...some })));

describe('objectEvent and parseEvent', () => {
  it('says who, and what it is', () => {
    expect(event).toMatchObject({
      specversion: '1.0',
      source: '/clusters/blue',
      subject: 'konnect.konghq.com/Shop/team/one',
      time: '2026-03-01T12:00:00.123Z',
    });
  });

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(anyData, (some) => {
        const written = objectEvent(some, time);
        expect(parseEvent(JSON.stringify(written))).toEqual(written);
      }),
    );
  });

  it.each([
    { reason: 'no JSON', body: 'hello', says: /not JSON/ },
    { reason: 'no object', body: '[]', says: /must be object/ },
    { reason: 'nothing', body: 'null', says: /must be object/ },
    { reason: 'another type', body: { ...event, type: 'com.example' }, says: /\/type/ },
    { reason: 'an unknown field', body: { ...event, extra: 1 }, says: /additional/ },
    { reason: 'an unknown field of the data', body: { ...event, data: { ...data, spec: {} } }, says: /\/data/ },
    { reason: 'an unknown cause', body: { ...event, data: { ...data, cause: 'whim' } }, says: /\/data\/cause/ },
    {
      reason: 'a generation that is no number',
      body: { ...event, data: { ...data, generation: '3' } },
      says: /generation/,
    },
    { reason: 'a missing name', body: { ...event, data: { ...data, name: undefined } }, says: /name/ },
    { reason: 'an empty namespace', body: { ...event, data: { ...data, namespace: '' } }, says: /namespace/ },
    { reason: 'a time of another kind', body: { ...event, time: 'yesterday' }, says: /\/time/ },
  ])('refuses $reason', ({ body, says }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(() => parseEvent(text)).toThrow(MalformedEvent);
    expect(() => parseEvent(text)).toThrow(says);
  });

  it('never quotes a value', () => {
    const body = JSON.stringify({ ...event, source: 'kpat_secret', data: { ...data, uid: '', cause: 'kpat_secret' } });
    expect(() => parseEvent(body)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('kpat_') }));
  });

  it('throws nothing but MalformedEvent', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything().map((value) => JSON.stringify({ ...event, data: value }) ?? ''),
      fc
        .tuple(fc.constantFrom(...Object.keys(data)), fc.jsonValue())
        .map(([field, value]) => JSON.stringify({ ...event, data: { ...data, [field]: value } })),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        try {
          parseEvent(body);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedEvent);
        }
      }),
    );
  });
});

describe('messageGroupId and deduplicationId', () => {
  it('are ids that SQS takes', () => {
    fc.assert(
      fc.property(anyData, (some) => {
        for (const id of [messageGroupId(some), deduplicationId(some)]) expect(id).toMatch(/^[\x21-\x7e]{1,128}$/);
      }),
    );
  });

  it('give two objects two groups', () => {
    const identity = ({ cluster, group, kind, namespace, name }: ObjectEventData): string =>
      JSON.stringify([cluster, group, kind, namespace, name]);
    fc.assert(
      fc.property(anyData, anyData, (one, other) => {
        expect(messageGroupId(one) === messageGroupId(other)).toBe(identity(one) === identity(other));
      }),
    );
  });

  it('keep long names apart that begin alike', () => {
    const long = 'x'.repeat(252);
    expect(messageGroupId({ ...data, name: `${long}a` })).not.toBe(messageGroupId({ ...data, name: `${long}b` }));
  });

  it.each([
    { reason: 'a second forwarder that sees the same', other: {}, same: true },
    { reason: 'another forwarder whose clock differs', other: { generation: 3 }, same: true },
    { reason: 'the next change', other: { resourceVersion: '4712' }, same: false },
    { reason: 'a successor of the same name', other: { uid: 'x' }, same: false },
    { reason: 'another cause', other: { cause: 'drift' as const }, same: false },
    { reason: 'a wake-up by somebody', other: { origin: 'a/1' }, same: false },
    { reason: 'a closer look', other: { force: true }, same: false },
    { reason: 'what it left in a control plane', other: { orphanIn: { name: 'one' } }, same: false },
  ])('$reason: the same message $same', ({ other, same }) => {
    expect(deduplicationId({ ...data, ...other }) === deduplicationId(data)).toBe(same);
  });

  it('tell two wake-ups of one unchanged object apart', () => {
    const woken = { ...data, cause: 'dependency' as const };
    expect(deduplicationId({ ...woken, origin: 'a/1' })).not.toBe(deduplicationId({ ...woken, origin: 'a/2' }));
  });

  it('tell apart what one object left in two control planes', () => {
    const planes = [{ name: 'a' }, { name: 'b' }, { namespace: 'team', name: 'a' }];
    const ids = planes.map((orphanIn) => deduplicationId({ ...data, cause: 'drift', origin: 'run', orphanIn }));
    expect(new Set(ids).size).toBe(planes.length);
  });
});

describe('isThorough', () => {
  it.each([
    { cause: 'change', force: undefined, thorough: false },
    { cause: 'dependency', force: undefined, thorough: false },
    { cause: 'resync', force: undefined, thorough: false },
    { cause: 'drift', force: undefined, thorough: true },
    { cause: 'replay', force: undefined, thorough: false },
    { cause: 'replay', force: true, thorough: true },
    { cause: 'change', force: true, thorough: true },
    { cause: 'change', force: false, thorough: false },
  ] as const)('$cause, force $force: $thorough', ({ cause, force, thorough }) => {
    expect(isThorough({ cause, ...(force === undefined ? {} : { force }) })).toBe(thorough);
  });
});

describe('the reason of a refusal', () => {
  it.each([
    ['the key', { kpat_canary: 1 }],
    ['a long key', { [`canary${'x'.repeat(100_000)}`]: 1 }],
    ['a key of a field', { data: { ...data, 'canary of a secret': 1 } }],
    ['a value', { type: 'canary' }],
  ])('quotes nothing that may be a secret: %s', (_, wrong) => {
    const body = JSON.stringify({ ...objectEvent(data, new Date(0)), ...wrong });
    expect(() => parseEvent(body)).toThrow(/^not an event: (?!.*canary).{1,600}$/);
  });
});
