import { isIP, isIPv4, isIPv6 } from 'node:net';

const dateTime = /^(\d{4})-(\d{2})-(\d{2})t([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(z|[+-]\d{2}:\d{2})$/i;
const hostname =
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9](([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(\.)){1,}([a-zA-Z]){2,63})$/u;

function isCidr(value: string): boolean {
  const [address = '', bits = '', ...more] = value.split('/');
  const limit = isIPv4(address) ? 32 : 128;
  return more.length === 0 && isIP(address) > 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= limit;
}

function isDate(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
}

function isDateTime(value: string): boolean {
  const [, year, month, day] = dateTime.exec(value) ?? [];
  return year !== undefined && isDate(`${year}-${month}-${day}`);
}

const checks: Readonly<Record<string, (value: string) => boolean>> = {
  'date-time': isDateTime,
  datetime: isDateTime,
  date: isDate,
  byte: (value) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value),
  email: (value) => /^[^\s@<>]+@[^\s@<>]+$/.test(value),
  hostname: (value) => hostname.test(value),
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  mac: (value) => /^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$/.test(value),
  uri: (value) => /^[a-z][a-z0-9+.-]*:/i.test(value) || value.startsWith('/'),
  uuid: (value) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(value),
  duration: (value) => /^[-+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w)/.test(value),
};

/** Whether the API server knows a format; the others, int32 and int64 among them, it ignores. */
export function isKnownFormat(format: string): boolean {
  return Object.hasOwn(checks, format);
}

/** Whether a text has a format; formats that the API server does not know accept everything. */
export function hasFormat(format: string, value: string): boolean {
  return checks[format]?.(value) ?? true;
}
