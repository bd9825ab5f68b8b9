import { isRecord, type KubernetesObject } from '../engine/objects.ts';

/** The text under a key of a Secret; undefined where it has no such key. */
export function secretText(secret: KubernetesObject, key: string): string | undefined {
  const data = isRecord(secret['data']) ? secret['data'] : {};
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined;
}
