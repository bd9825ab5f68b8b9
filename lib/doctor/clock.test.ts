import { expect, it } from 'vitest';
import { checkClock } from './clock.ts';

const now = new Date('2026-03-01T12:00:00Z');

it.each([
  { theirs: 'Sun, 01 Mar 2026 12:00:00 GMT', state: 'fine', says: 'agrees with AWS' },
  { theirs: 'Sun, 01 Mar 2026 11:59:01 GMT', state: 'fine', says: 'agrees with AWS' },
  { theirs: 'Sun, 01 Mar 2026 12:02:00 GMT', state: 'unsure', says: 'this machine is 120 s behind AWS' },
  { theirs: 'Sun, 01 Mar 2026 11:50:00 GMT', state: 'wrong', says: 'this machine is 600 s ahead of AWS' },
  { theirs: undefined, state: 'unsure', says: 'AWS does not tell the time' },
  { theirs: 'noon', state: 'unsure', says: 'AWS does not tell the time' },
])('of $theirs it says: $says', ({ theirs, state, says }) => {
  expect(checkClock('AWS', theirs, now)).toMatchObject({ state, message: says });
});
