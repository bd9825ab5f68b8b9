/** One field of a protobuf message: a number, or bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** Splits a protobuf message into its fields; throws RangeError when it ends too early or has an unknown form. */
export function readFields(bytes: Uint8Array): readonly WireField[] {
  const fields: WireField[] = [];
  let position = 0;

  function varint(): bigint {
    let result = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined || shift > 63n) throw new RangeError('a protobuf number has no end');
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
  }

  function chunk(length: number): Uint8Array {
    const end = position + length;
    if (end > bytes.length) throw new RangeError('a protobuf field is longer than its message');
    const part = bytes.subarray(position, end);
    position = end;
    return part;
  }

  while (position < bytes.length) {
    const key = varint();
    const number = Number(key >> 3n);
    switch (Number(key & 7n)) {
      case 0:
        fields.push({ number, value: varint() });
        break;
      case 1:
        fields.push({ number, value: chunk(8) });
        break;
      case 2:
        fields.push({ number, value: chunk(Number(varint())) });
        break;
      case 5:
        fields.push({ number, value: chunk(4) });
        break;
      default:
        throw new RangeError(`protobuf field ${number} has an unknown form`);
    }
  }
  return fields;
}
