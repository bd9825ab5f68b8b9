import { Terminal } from '../../engine/errors.ts';
import { isRecord } from '../../engine/objects.ts';

type Config = Readonly<Record<string, unknown>>;

/** The parts of a JSON pointer (RFC 6901). */
export function pointerParts(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The configuration with a value at a JSON pointer, as the `add` of JSON Patch (RFC 6902) has it: it replaces a field, and
 * is put into a list before the position, or behind all with `-`. Maps on the way there are made, as ingress controllers do.
 * @throws {Terminal} naming the pointer where it leads nowhere. No value is in the message.
 */
export function patched(config: Config, pointer: string, value: unknown): Config {
  if (!pointer.startsWith('/')) throw new Terminal(`the path ${pointer} of a config patch must begin with /`, invalid);
  const whole = added(config, pointerParts(pointer), value, pointer);
  if (isRecord(whole)) return whole;
  throw new Terminal(`the path ${pointer} of a config patch must lead into the configuration`, invalid);
}

const invalid = { reason: 'Invalid' } as const;

function added(into: unknown, [part, ...rest]: readonly string[], value: unknown, pointer: string): unknown {
  if (part === undefined) return value;
  if (Array.isArray(into)) return addedToList(into, part, rest, value, pointer);
  if (into !== undefined && into !== null && !isRecord(into)) throw leadsNowhere(pointer);
  const fields = isRecord(into) ? into : {};
  const present = Object.hasOwn(fields, part) ? fields[part] : undefined;
  return Object.fromEntries([...Object.entries(fields), [part, added(present, rest, value, pointer)]]);
}

function addedToList(
  list: readonly unknown[],
  part: string,
  rest: readonly string[],
  value: unknown,
  pointer: string,
): readonly unknown[] {
  const position = part === '-' ? list.length : Number(part);
  const last = rest.length === 0 ? list.length : list.length - 1;
  if (!/^(-|0|[1-9]\d*)$/.test(part) || position > last) throw leadsNowhere(pointer);
  return rest.length === 0
    ? list.toSpliced(position, 0, value)
    : list.with(position, added(list[position], rest, value, pointer));
}

function leadsNowhere(pointer: string): Terminal {
  return new Terminal(`the path ${pointer} of a config patch leads nowhere in the plugin's config`, invalid);
}
