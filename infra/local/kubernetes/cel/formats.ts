import { isIP, isIPv4 } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';
import { hasFormat } from '../schema/formats.ts';

/** The value of CEL's type `net.IP`. */
class CelIp {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The value of CEL's type `kubernetes.Quantity`. */
class CelQuantity {
  readonly amount: number;

  constructor(amount: number) {
    this.amount = amount;
  }
}

function amountOf(text: string): number | undefined {
  const [, number, suffix = ''] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]{0,2})$/.exec(text) ?? [];
  const factor = suffixes[suffix];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

function quantity(text: string): CelQuantity {
  const amount = amountOf(text);
  if (amount === undefined) {
    throw new Error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }
  return new CelQuantity(amount);
}

function ip(text: string): CelIp {
  if (isIP(text) === 0) throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  return new CelIp(text);
}

/** Functions for addresses and quantities: isIP, ip, isCIDR, isQuantity, quantity and comparisons. */
export function registerFormats(environment: Environment): void {
  environment.registerType('net.IP', { ctor: CelIp, fields: {} });
  environment.registerType('kubernetes.Quantity', { ctor: CelQuantity, fields: {} });
  environment
    .registerFunction('isIP(string): bool', (text: string) => isIP(text) > 0)
    .registerFunction('ip(string): net.IP', ip)
    .registerFunction('net.IP.family(): int', (value: CelIp) => (isIPv4(value.text) ? 4n : 6n))
    .registerFunction('isCIDR(string): bool', (text: string) => hasFormat('cidr', text))
    .registerFunction('isQuantity(string): bool', (text: string) => amountOf(text) !== undefined)
    .registerFunction('quantity(string): kubernetes.Quantity', quantity)
    .registerFunction(
      'kubernetes.Quantity.isGreaterThan(kubernetes.Quantity): bool',
      (left: CelQuantity, right: CelQuantity) => left.amount > right.amount,
    )
    .registerFunction(
      'kubernetes.Quantity.isLessThan(kubernetes.Quantity): bool',
      (left: CelQuantity, right: CelQuantity) => left.amount < right.amount,
    )
    .registerFunction(
      'kubernetes.Quantity.compareTo(kubernetes.Quantity): int',
      (left: CelQuantity, right: CelQuantity) => BigInt(Math.sign(left.amount - right.amount)),
    );
}
