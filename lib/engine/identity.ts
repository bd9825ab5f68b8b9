import { hash } from 'node:crypto';

/** Namespace of our ids: any fixed UUID does, as long as it never changes. */
const namespace = Buffer.from('6f2d5c6ab3a14d0e9d0a6e0a4b0f7c55', 'hex');

/**
 * The id of the entity that an object has in one control plane: a UUIDv5 of both (RFC 9562 §5.5). The same object always
 * asks for the same id, so a write that is repeated, or whose reply was lost, can make no second entity.
 */
export function entityId(objectUid: string, controlPlaneId: string): string {
  const input = Buffer.concat([namespace, Buffer.from(`${objectUid}/${controlPlaneId}`)]);
  const bytes = Uint8Array.from(hash('sha1', input, 'buffer').subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
