import { createHash } from 'node:crypto';

/** Everything random in the emulator comes from here, so that a seed repeats a run. Part of the state: a restart goes on. */
export interface IdSource {
  readonly seed: string;
  count: number;
}

const traceDigits = 19;
const endpointPrefixLength = 10;
const secretLength = 32;

/** A version 4 UUID in lower case, as Konnect gives to whatever it creates. */
export function uuid(source: IdSource): string {
  const hex = next(source);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** The first label of a control plane's endpoints. */
export function endpointPrefix(source: IdSource): string {
  return next(source).slice(0, endpointPrefixLength);
}

/** What Konnect generates for a key or a secret that the client leaves out: 32 letters and digits. */
export function secret(source: IdSource): string {
  return next(source).slice(0, secretLength);
}

/** The number in `konnect:trace:…`; different in every answer. */
export function traceNumber(source: IdSource): string {
  const digits = BigInt(`0x${next(source).slice(0, 16)}`).toString();
  return digits.padStart(traceDigits, '1').slice(0, traceDigits);
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Konnect's own pattern: lower case only. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

function next(source: IdSource): string {
  source.count += 1;
  return createHash('sha256').update(`${source.seed}:${source.count}`).digest('hex');
}
