import type { Log } from '../engine/ports.ts';

export const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface JsonLogOptions {
  readonly level: LogLevel;
  /** Takes one line without its line break. */
  readonly write: (line: string) => void;
  /** Fields of every line. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** One JSON object a line: level, message, timestamp, then the fields. Errors are written with their causes. */
export function createJsonLog({ level, write, fields: common }: JsonLogOptions): Log {
  const lowest = logLevels.indexOf(level);
  const at = (own: LogLevel) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
    if (logLevels.indexOf(own) < lowest) return;
    const timestamp = new Date().toISOString();
    write(JSON.stringify({ level: own, message, timestamp, ...common, ...fields }, plain));
  };
  return { debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') };
}

// JSON would make `{}` of an error. The stack stays out: the messages say where, and a line a second must stay short.
function plain(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, cause } = value;
  const code = 'code' in value && typeof value.code === 'string' ? { code: value.code } : {};
  return { name, message, ...code, ...(cause === undefined ? {} : { cause }) };
}
