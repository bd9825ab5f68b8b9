import { randomInt } from 'node:crypto';

// No vowels and no look-alikes, so that no words come out.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const length = 5;
const longest = 63 - length;

/** A name from metadata.generateName: the start, cut so that the name fits 63 characters, and five random characters. */
export function generateName(start: string): string {
  const suffix = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${start.slice(0, longest)}${suffix}`;
}
