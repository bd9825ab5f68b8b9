import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Case, endings, live, troubles } from './never-silent/life.ts';

/* Whatever goes wrong, somebody can see it: on the object, or in the dead-letter queue. Never in neither. */

const anyCase: fc.Arbitrary<Case> = fc.record({
  ending: fc.constantFrom(...Object.keys(endings)),
  trouble: fc.constantFrom(...Object.keys(troubles)),
  on: fc.constantFrom('get', 'patch status'),
  before: fc.integer({ min: 0, max: 3 }),
  troubled: fc.oneof(fc.constant(0), fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 12 })),
  unkept: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 14 })),
  event: fc.oneof(
    { weight: 6, arbitrary: fc.constant('right' as const) },
    fc.constantFrom('other kind', 'other group', 'no event'),
  ),
  alreadyProgrammed: fc.boolean(),
});

describe('what goes wrong', () => {
  it('is told by the object or by a dead letter, whatever fails on the way', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, async (one) => {
        const { letters, condition, verdict } = await live(one);
        const isTold = condition?.status === 'False' && condition.message !== '';
        // What Konnect has already stays True while something is waited for; its reference wakes it.
        const isFine = verdict === 'done' || (verdict === 'wait' && condition?.status === 'True');
        expect(letters.length > 0 || isTold || isFine || isGone(one), `ended as ${verdict}`).toBe(true);
        if (verdict === 'terminal') expect(isTold || isGone(one)).toBe(true);
        if (one.event !== 'right') expect(letters).toHaveLength(1);
      }),
      { numRuns: 400 },
    );
  });

  it.each(Object.keys(endings).filter((name) => ['terminal', 'mismatch', 'refused', 'forbidden'].includes(name)))(
    'a terminal failure (%s) whose status can never be written is a dead letter that says both',
    async (ending) => {
      for (const trouble of ['unanswered', 'forbidden', 'unregistered']) {
        const { letters } = await live({ ...usual, ending, trouble, troubled: Number.POSITIVE_INFINITY });
        expect(letters, trouble).toHaveLength(1);
        const error = endings[ending]?.();
        expect(letters[0]?.reason, trouble).toContain(`untold: ${error instanceof Error ? error.message : ''}`);
      }
    },
  );

  it('an object that can not be read is a dead letter', async () => {
    for (const trouble of ['unanswered', 'overloaded', 'forbidden', 'unregistered']) {
      const { letters } = await live({ ...usual, trouble, on: 'get', troubled: Number.POSITIVE_INFINITY });
      expect(letters, trouble).toHaveLength(1);
    }
  });
});

const usual: Case = {
  ending: 'terminal',
  trouble: 'unanswered',
  on: 'patch status',
  before: 0,
  troubled: 0,
  unkept: 0,
  event: 'right',
  alreadyProgrammed: false,
};

/** The API server says that there is no such object: then nobody is left to be told. */
function isGone({ trouble, troubled }: Case): boolean {
  return trouble === 'gone' && troubled > 0;
}
