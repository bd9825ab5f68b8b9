import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CertificateRecord,
  hasExpired,
  parseRecord,
  planCertificates,
  recordAnew,
  replacedBy,
  type Uploaded,
} from './plan.ts';

const now = new Date('2026-03-01T12:00:00Z');
const later = '2026-03-08T12:00:00.000Z';
const past = '2026-02-01T12:00:00.000Z';
const current = { fingerprint: 'new' };

function planOf(uploaded: readonly Uploaded[], replaced: CertificateRecord['replaced'] = []) {
  return planCertificates({ controlPlane: 'cp', current, uploaded, replaced, now });
}

const ours = (id: string, fingerprint: string | undefined): Uploaded => ({ id, fingerprint, ours: true });

describe('planCertificates', () => {
  it.each([
    { reason: 'nothing there', uploaded: [], upload: true, remove: [] },
    { reason: 'there', uploaded: [ours('1', 'new')], upload: false, remove: [] },
    {
      reason: 'there twice, after a lost reply',
      uploaded: [ours('1', 'new'), ours('2', 'new')],
      upload: false,
      remove: ['2'],
    },
    {
      reason: 'T57 there, but of another extension',
      uploaded: [{ ...ours('1', 'new'), ours: false }],
      upload: true,
      remove: [],
    },
    {
      reason: 'what a try left that never got into a Secret',
      uploaded: [ours('1', 'lost')],
      upload: true,
      remove: ['1'],
    },
    { reason: 'one of ours that nobody can read', uploaded: [ours('1', undefined)], upload: true, remove: ['1'] },
    {
      reason: 'the replaced one within its grace',
      uploaded: [ours('1', 'old')],
      replaced: [{ fingerprint: 'old', until: later }],
      upload: true,
      remove: [],
    },
    {
      reason: 'the replaced one after its grace',
      uploaded: [ours('1', 'old')],
      replaced: [{ fingerprint: 'old', until: past }],
      upload: true,
      remove: ['1'],
    },
    {
      reason: 'one that came back',
      uploaded: [ours('1', 'new')],
      replaced: [{ fingerprint: 'new', until: past }],
      upload: false,
      remove: [],
    },
  ])('$reason', ({ uploaded, replaced = [], upload, remove }) => {
    expect(planOf(uploaded, replaced)).toMatchObject({ upload, remove });
  });

  const fingerprint = fc.constantFrom('new', 'old', 'older', 'lost');
  const anyUploaded = fc.uniqueArray(
    fc.record({ id: fc.uuid(), fingerprint: fc.option(fingerprint, { nil: undefined }), ours: fc.boolean() }),
    { selector: ({ id }) => id },
  );
  const anyReplaced = fc.array(fc.record({ fingerprint, until: fc.constantFrom(later, past) }));

  it('never removes what is not ours, nor the last one of what is in use', () => {
    fc.assert(
      fc.property(anyUploaded, anyReplaced, (uploaded, replaced) => {
        const { upload, remove, record } = planOf(uploaded, replaced);
        const left = uploaded.filter(({ id }) => !remove.includes(id));
        expect(left.filter((one) => !one.ours)).toEqual(uploaded.filter((one) => !one.ours));
        const known = new Set<string | undefined>(left.filter((one) => one.ours).map((one) => one.fingerprint));
        for (const wanted of ['new', ...record.replaced.map((one) => one.fingerprint)]) {
          const before = uploaded.some((one) => one.ours && one.fingerprint === wanted);
          expect(known.has(wanted)).toBe(before);
        }
        expect(upload).toBe(!known.has('new'));
      }),
    );
  });

  it('is done once: what it leaves needs nothing more', () => {
    fc.assert(
      fc.property(anyUploaded, anyReplaced, (uploaded, replaced) => {
        const first = planOf(uploaded, replaced);
        const left = uploaded.filter(({ id }) => !first.remove.includes(id));
        const then = first.upload ? [...left, ours('uploaded', 'new')] : left;

        expect(planOf(then, first.record.replaced)).toEqual({ ...first, upload: false, remove: [] });
      }),
    );
  });
});

describe('replacedBy', () => {
  const record: CertificateRecord = {
    controlPlane: 'cp',
    fingerprint: 'old',
    replaced: [{ fingerprint: 'older', until: past }],
  };
  const until = new Date(later);

  it.each([
    { reason: 'nothing recorded, nothing in the Secret', record: undefined, present: undefined, wanted: [] },
    { reason: 'the same', record: { ...record, fingerprint: 'new' }, present: current, wanted: record.replaced },
    {
      reason: 'a new one',
      record,
      present: { fingerprint: 'old' },
      wanted: [...record.replaced, { fingerprint: 'old', until: later }],
    },
    {
      reason: 'a new one in the Secret already',
      record,
      present: current,
      wanted: [...record.replaced, { fingerprint: 'old', until: later }],
    },
    {
      reason: 'a record that was lost: what is in the Secret is in use all the same',
      record: undefined,
      present: { fingerprint: 'old' },
      wanted: [{ fingerprint: 'old', until: later }],
    },
    {
      reason: 'one that was replaced before keeps its time',
      record: { ...record, replaced: [{ fingerprint: 'old', until: past }] },
      present: { fingerprint: 'old' },
      wanted: [{ fingerprint: 'old', until: past }],
    },
    {
      reason: 'one that came back is in use again',
      record: { ...record, replaced: [{ fingerprint: 'new', until: past }] },
      present: undefined,
      wanted: [{ fingerprint: 'old', until: later }],
    },
  ])('$reason', ({ record: before, present, wanted }) => {
    expect(replacedBy(before, present, current, until)).toEqual(wanted);
  });
});

describe('recordAnew', () => {
  const until = new Date(later);
  const replaced = (fingerprint: string) => ({ fingerprint, until: later });

  it.each([
    { reason: 'nothing there', present: current, uploaded: [], wanted: undefined },
    { reason: 'only what is in the Secret', present: current, uploaded: [ours('1', 'new')], wanted: undefined },
    {
      reason: 'others, some twice',
      present: current,
      uploaded: [ours('1', 'old'), ours('2', 'new'), ours('3', 'old')],
      wanted: { controlPlane: 'cp', fingerprint: 'new', replaced: [replaced('old')] },
    },
    {
      reason: 'others, and no Secret',
      present: undefined,
      uploaded: [ours('1', 'older'), ours('2', 'old')],
      wanted: { controlPlane: 'cp', fingerprint: 'old', replaced: [replaced('older')] },
    },
    {
      reason: 'others, and what is in the Secret is not there',
      present: current,
      uploaded: [ours('1', 'older'), ours('2', 'old')],
      wanted: { controlPlane: 'cp', fingerprint: 'old', replaced: [replaced('older')] },
    },
    {
      reason: 'others that are unreadable, or of somebody else',
      present: undefined,
      uploaded: [ours('1', undefined), { ...ours('2', 'old'), ours: false }],
      wanted: undefined,
    },
  ])('$reason', ({ present, uploaded, wanted }) => {
    expect(recordAnew('cp', present, uploaded, until)).toEqual(wanted);
  });
});

describe('hasExpired', () => {
  it.each([
    { replaced: [], expired: false },
    { replaced: [{ fingerprint: 'a', until: later }], expired: false },
    {
      replaced: [
        { fingerprint: 'a', until: later },
        { fingerprint: 'b', until: past },
      ],
      expired: true,
    },
    { replaced: [{ fingerprint: 'a', until: now.toISOString() }], expired: true },
  ])('$replaced: $expired', ({ replaced, expired }) => {
    expect(hasExpired({ controlPlane: 'cp', fingerprint: 'f', replaced }, now)).toBe(expired);
  });
});

describe('parseRecord', () => {
  it('reads what was written', () => {
    const record = { controlPlane: 'cp', fingerprint: 'f', replaced: [{ fingerprint: 'o', until: later }] };
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
  });

  it.each([
    undefined,
    '',
    'x',
    'null',
    '[]',
    '7',
    '{}',
    '{"controlPlane":"a","fingerprint":"b"}',
    '{"controlPlane":"a","fingerprint":"b","replaced":[null]}',
    '{"controlPlane":"a","fingerprint":"b","replaced":[{"fingerprint":"x"}]}',
  ])('takes %s for nothing', (text) => {
    expect(parseRecord(text)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseRecord(text)));
  });
});
