import type { Json, JsonObject } from '../json.ts';
import { badRequest, unsupportedMediaType } from '../status.ts';
import { messages } from './messages.ts';
import { readFields, type WireField } from './reader.ts';

const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]); // "k8s" and a zero byte

/** The media type of Kubernetes objects in protobuf. */
export const protobufType = 'application/vnd.kubernetes.protobuf';

function text(value: WireField['value']): string {
  return typeof value === 'bigint' ? String(value) : Buffer.from(value).toString('utf8');
}

function bytesOf(value: WireField['value']): Uint8Array {
  return typeof value === 'bigint' ? new Uint8Array() : value;
}

function first(fields: readonly WireField[], number: number): WireField['value'] | undefined {
  return fields.find((field) => field.number === number)?.value;
}

/** Reads an object in Kubernetes' protobuf envelope; kinds without a table throw 415, broken bytes 400. */
export function decodeProtobuf(body: Uint8Array): JsonObject {
  try {
    if (!Buffer.from(body.subarray(0, 4)).equals(magic)) throw new RangeError('the k8s prefix is missing');
    const envelope = readFields(body.subarray(4));
    const type = readFields(bytesOf(first(envelope, 1) ?? new Uint8Array()));
    const kind = text(first(type, 2) ?? new Uint8Array());
    if (messages[kind] === undefined) throw unsupportedMediaType(['application/json', 'application/yaml']);
    const object = decodeMessage(kind, bytesOf(first(envelope, 2) ?? new Uint8Array()));
    return { apiVersion: text(first(type, 1) ?? new Uint8Array()), kind, ...object };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badRequest(
      `the object provided is unrecognized: provided data does not appear to be a protobuf message: ${error.message}`,
    );
  }
}

function decodeMessage(name: string, bytes: Uint8Array): JsonObject {
  const shape = messages[name] ?? {};
  const decoded: Record<string, Json> = {};
  for (const { number, value } of readFields(bytes)) {
    const [field, type = ''] = shape[number]?.split(' ') ?? [];
    if (field === undefined) continue;
    const inner = type.replace(/[[\]{}]/g, '');
    if (type.startsWith('[')) decoded[field] = [...listOf(decoded[field]), decodeValue(inner, value)];
    else if (type.startsWith('{')) decoded[field] = { ...mapOf(decoded[field]), ...decodeEntry(inner, value) };
    else decoded[field] = decodeValue(inner, value);
  }
  return decoded;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function mapOf(value: Json | undefined): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).map(([key, item]) => [key, item ?? null]),
  );
}

function decodeEntry(type: string, value: WireField['value']): Record<string, Json> {
  const entry = readFields(bytesOf(value));
  return { [text(first(entry, 1) ?? new Uint8Array())]: decodeValue(type, first(entry, 2) ?? new Uint8Array()) };
}

function decodeValue(type: string, value: WireField['value']): Json {
  switch (type) {
    case 'string':
      return text(value);
    case 'bool':
      return value === 1n;
    case 'int32':
    case 'int64':
      return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
    case 'bytes':
      return Buffer.from(bytesOf(value)).toString('base64');
    case 'Time':
    case 'MicroTime':
      return decodeTime(type, readFields(bytesOf(value)));
    case 'IntOrString':
      return decodeIntOrString(readFields(bytesOf(value)));
    default:
      return decodeMessage(type, bytesOf(value));
  }
}

function decodeTime(type: string, fields: readonly WireField[]): Json {
  const seconds = first(fields, 1);
  if (typeof seconds !== 'bigint') return null;
  const nanoseconds = first(fields, 2);
  const date = new Date(Number(BigInt.asIntN(64, seconds)) * 1000).toISOString().slice(0, 19);
  if (type === 'Time') return `${date}Z`;
  const micro = typeof nanoseconds === 'bigint' ? Number(nanoseconds) / 1000 : 0;
  return `${date}.${String(Math.trunc(micro)).padStart(6, '0')}Z`;
}

function decodeIntOrString(fields: readonly WireField[]): Json {
  const isText = first(fields, 1) === 1n;
  if (isText) return text(first(fields, 3) ?? new Uint8Array());
  const number = first(fields, 2);
  return typeof number === 'bigint' ? Number(BigInt.asIntN(32, number)) : 0;
}
