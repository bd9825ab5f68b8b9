import { expect, it } from 'vitest';
import { entityId } from './identity.ts';

const uid = '3c1f9a52-7f5c-4a7a-9f3e-0d2f1c0b9a11';
const plane = '7f9fd312-a987-4628-b4c5-bb4f4fddd5f7';

it('is a UUID of version 5 that never changes, since entities are found by it for ever', () => {
  expect(entityId(uid, plane)).toBe('126ea308-9eab-54b0-a933-9350260fd41a');
  expect(entityId(uid, plane)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('differs by object and by control plane', () => {
  const ids = [entityId(uid, plane), entityId(uid, uid), entityId(plane, plane), entityId(plane, uid)];
  expect(new Set(ids).size).toBe(4);
});
