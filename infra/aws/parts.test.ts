import { expect, it } from 'vitest';
import { filled } from './parts.ts';

it('fills in every mark, and leaves what CloudFormation fills in', () => {
  const values = { Lane: 'Auth', lane: 'auth', seconds: 5 };
  expect(filled('<Lane>Queue: { Ref: AWS::Region } <lane>.fifo # <seconds>', values)).toBe(
    'AuthQueue: { Ref: AWS::Region } auth.fifo # 5',
  );
});

it('refuses a mark that nothing is known for', () => {
  expect(() => filled('<lnae>', { lane: 'auth' })).toThrow('<lnae>');
});
