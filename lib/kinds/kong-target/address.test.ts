import { expect, it } from 'vitest';
import { wholeAddress } from './address.ts';

it.each([
  ['shop.internal', 'shop.internal:8000'],
  ['shop.internal:80', 'shop.internal:80'],
  ['10.0.0.1:080', '10.0.0.1:80'],
  ['::1', '[0000:0000:0000:0000:0000:0000:0000:0001]:8000'],
  ['[fd00::A]:80', '[fd00:0000:0000:0000:0000:0000:0000:000a]:80'],
  ['[::ffff:10.0.0.1]', '[0000:0000:0000:0000:0000:ffff:0a00:0001]:8000'],
  ['[fd00::1:2:3:4:5:6]:80', '[fd00:0000:0001:0002:0003:0004:0005:0006]:80'],
  ['a:b:c', 'a:b:c'],
])('T15 the address %s is %s for Konnect', (written, kept) => {
  expect(wholeAddress(written)).toBe(kept);
});
