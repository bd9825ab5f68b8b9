import type { InvalidParameter } from '../answer.ts';
import type { Body } from '../schema.ts';

const maxLabels = 50;
const maxLength = 63;
// The published rules and those of Kong's documentation together; compared with case, so `KONG-x` is a user's label.
const reservedPrefixes = ['kong', 'konnect', 'mesh', 'kic', 'insomnia', 'kuma', '_'];
const keyPattern = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const valuePattern = /^[a-z0-9A-Z]([a-z0-9A-Z\-._]*[a-z0-9A-Z])?$/;

/** The faults of a label map; every one is reported under the field `labels`. */
export function labelFaults(labels: Body): readonly InvalidParameter[] {
  const entries = Object.entries(labels);
  const tooMany = entries.length > maxLabels ? [`Labels exceed maximum of ${maxLabels}`] : [];
  const reasons = [...tooMany, ...entries.flatMap(([key, value]) => [...keyFaults(key), ...valueFaults(value)])];
  return [...new Set(reasons)].map((reason) => ({ field: 'labels', rule: 'is_label', reason }));
}

function keyFaults(key: string): readonly string[] {
  if (key.length === 0) return ['Label key cannot be empty'];
  if (key.length > maxLength) return [`Label key exceeds maximum of ${maxLength} characters`];
  const reserved = reservedPrefixes.find((prefix) => key.startsWith(prefix));
  if (reserved !== undefined) return [`Label key cannot start with ${reserved}`];
  return keyPattern.test(key) ? [] : ['Label key is invalid'];
}

function valueFaults(value: unknown): readonly string[] {
  if (typeof value !== 'string') return ['Label value must be a string'];
  if (value.length === 0) return ['Label value cannot be empty'];
  if (value.length > maxLength) return [`Label value exceeds maximum of ${maxLength} characters`];
  return valuePattern.test(value) ? [] : ['Label value is invalid'];
}
