import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

const signingKeys = new Map<string, KeyObject>();
const keptSigningKeys = 100;

/** The key of a day, region and service; kept, as nearly every request has one that was there before. */
export function signingKey(secret: string, scope: string): KeyObject {
  const kept = signingKeys.get(`${secret} ${scope}`);
  if (kept !== undefined) return kept;
  const key = scope
    .split('/')
    .reduce<string | Buffer>((previous, part) => createHmac('sha256', previous).update(part).digest(), `AWS4${secret}`);
  const made = createSecretKey(Buffer.from(key));
  if (signingKeys.size >= keptSigningKeys) signingKeys.clear();
  signingKeys.set(`${secret} ${scope}`, made);
  return made;
}
