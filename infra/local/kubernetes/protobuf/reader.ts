/** One field of a protobuf message: a number, or bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

interface Cursor {
  readonly bytes: Uint8Array;
  position: number;
}

function varint(cursor: Cursor): bigint {
  let result = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = cursor.bytes[cursor.position++];
    if (byte === undefined || shift > 63n) throw new RangeError('a protobuf number has no end');
    result |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return result;
  }
}

function chunk(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.position + length;
  if (end > cursor.bytes.length) throw new RangeError('a protobuf field is longer than its message');
  const part = cursor.bytes.subarray(cursor.position, end);
  cursor.position = end;
  return part;
}

function fieldValue(cursor: Cursor, form: number): WireField['value'] {
  switch (form) {
    case 0:
      return varint(cursor);
    case 1:
      return chunk(cursor, 8);
    case 2:
      return chunk(cursor, Number(varint(cursor)));
    case 5:
      return chunk(cursor, 4);
    default:
      throw new RangeError(`a protobuf field has the unknown form ${form}`);
  }
}

/** Splits a protobuf message into its fields; throws RangeError when it ends too early or has an unknown form. */
export function readFields(bytes: Uint8Array): readonly WireField[] {
  const cursor: Cursor = { bytes, position: 0 };
  const fields: WireField[] = [];
  while (cursor.position < bytes.length) {
    const key = varint(cursor);
    fields.push({ number: Number(key >> 3n), value: fieldValue(cursor, Number(key & 7n)) });
  }
  return fields;
}
