import { inspect } from 'node:util';

const redacted = '[redacted]';

/**
 * A secret value that cannot be printed by accident: string conversion, JSON and `util.inspect` all show `[redacted]`.
 * Only `reveal()` gives the value, so every place that uses one can be found by that word.
 */
export class Sensitive {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Sensitive | undefined): boolean {
    return other !== undefined && this.#value === other.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
