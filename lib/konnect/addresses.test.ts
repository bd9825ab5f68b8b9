import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, it } from 'vitest';
import { guarded, InternalAddress, isInternalAddress } from './addresses.ts';

describe('isInternalAddress', () => {
  for (const address of [
    ...[
      '127.0.0.1',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
    ],
    ...['224.0.0.1', '255.255.255.255', '192.0.0.8', '198.18.0.1', '203.0.113.9'],
    ...[
      '::1',
      '::',
      'fc00::1',
      'fd00:ec2::254',
      'fe80::1',
      'fe80::1%eth0',
      'ff02::1',
      '2001:db8::1',
      '2002:7f00:1::',
      '2001::1',
    ],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:169.254.169.254',
      '64:ff9b::10.0.0.1',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b:1::1',
    ],
    ...['0:0:0:0:0:ffff:7f00:1', '::127.0.0.1'],
  ]) {
    it(`holds for ${address}`, () => assert.equal(isInternalAddress(address), true));
  }
  for (const address of [
    ...[
      '1.1.1.1',
      '172.15.0.1',
      '172.32.0.1',
      '100.63.255.255',
      '100.128.0.1',
      '192.0.1.1',
      '223.255.255.255',
      '9.255.255.255',
    ],
    ...['2600:1f18::1', '2a05:d018::1', '::ffff:1.1.1.1', '64:ff9b::1.1.1.1', '64:ff9b::101:101'],
  ]) {
    it(`does not hold for ${address}`, () => assert.equal(isInternalAddress(address), false));
  }
});

describe('guarded', () => {
  function resolvingTo(...addresses: string[]): LookupFunction {
    return (_hostname, { all }, callback) => {
      const found: LookupAddress[] = addresses.map((address) => ({ address, family: 4 }));
      if (all === true) callback(null, found);
      else callback(null, addresses[0] ?? '', 4);
    };
  }
  function lookUp(lookup: LookupFunction, all: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      guarded(lookup)('us.api.konghq.com', { all }, (error, address) =>
        error === null ? resolve(address) : reject(error),
      );
    });
  }

  it('lets public addresses pass', async () => {
    assert.equal(await lookUp(resolvingTo('1.1.1.1'), false), '1.1.1.1');
    assert.deepEqual(await lookUp(resolvingTo('1.1.1.1'), true), [{ address: '1.1.1.1', family: 4 }]);
  });

  it('refuses a name with one internal address among others', async () => {
    await assert.rejects(lookUp(resolvingTo('1.1.1.1', '10.0.0.1'), true), InternalAddress);
    await assert.rejects(lookUp(resolvingTo('127.0.0.1'), false), InternalAddress);
  });

  it('hands on what the resolver says is wrong', async () => {
    const failing: LookupFunction = (_hostname, _options, callback) =>
      callback(Object.assign(new Error(), { code: 'ENOTFOUND' }), '');
    await assert.rejects(lookUp(failing, true), { code: 'ENOTFOUND' });
  });
});
