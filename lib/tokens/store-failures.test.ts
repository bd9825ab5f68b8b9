import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { Retry } from '../engine/errors.ts';
import { failureOf, key, name, type Rig, rotated, startRig, stored } from './fixture.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

describe('failures of the store', () => {
  for (const fault of [
    { status: 400, code: 'ThrottlingException', message: 'quotes canary' },
    { status: 400, code: 'ValidationException', message: 'quotes canary' },
    { status: 400, code: 'AccessDeniedException', message: 'quotes canary' },
    { status: 500, code: 'InternalServiceError', message: 'quotes canary' },
    'reset',
    'hang',
  ] as const) {
    it(`are worth another try: ${inspect(fault)}`, async () => {
      rig.aws.setFault(() => fault);
      const cause = typeof fault === 'string' ? '\\w+' : fault.code;
      const says = new RegExp(`^Secrets Manager failed to (read|delete) ${name} \\(${cause}\\)`);
      for (const work of [
        () => rig.tokens.read(key),
        () => rig.tokens.keep(key, stored),
        () => rig.tokens.forget(key),
      ]) {
        assert.match((await failureOf(work(), Retry)).message, says);
      }
      rig.aws.setFault(undefined);
      await rig.tokens.keep(key, stored);
      assert.ok((await rig.tokens.read(key))?.token.equals(stored.token), 'a failure is not remembered');
    });
  }

  it('cost two tries at most', async () => {
    rig.aws.setFault(() => ({ status: 500, code: 'InternalServiceError' }));
    await failureOf(rig.tokens.read(key), Retry);
    assert.deepEqual(rig.operations(), ['GetSecretValue', 'GetSecretValue']);
  });

  it('leave a lost write to be found by the next attempt', async () => {
    await rig.tokens.keep(key, stored);
    rig.aws.setFault(({ operation }) => (operation === 'PutSecretValue' ? 'reset-after' : undefined));
    await failureOf(rig.tokens.keep(key, rotated), Retry);
    rig.aws.setFault(undefined);
    assert.equal(
      (await rig.tokens.read(key))?.token.reveal(),
      'kpat_canary-2',
      'the cache does not hide what was written',
    );
    rig.operations();
    await rig.tokens.keep(key, rotated);
    assert.deepEqual(rig.operations(), ['GetSecretValue']);
  });
});
