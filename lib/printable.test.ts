import { describe, expect, it } from 'vitest';
import { clip, printable } from './printable.ts';

describe('printable', () => {
  it.each([
    { text: 'plain – Größe 日本', shown: 'plain – Größe 日本' },
    { text: '\u001b[2Jgone', shown: ' [2Jgone' },
    { text: 'a\r\nb\tc', shown: 'a b c' },
    { text: 'a\u202eb\u2028c', shown: 'a b c' },
    { text: 'a\u200fb\u009bc', shown: 'a b c' },
  ])('shows $shown', ({ text, shown }) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('clip', () => {
  it.each([
    { text: 'short', length: 5, shown: 'short' },
    { text: 'longer', length: 5, shown: 'long…' },
    { text: 'longer', length: 0, shown: '…' },
  ])('leaves $length characters of $text', ({ text, length, shown }) => {
    expect(clip(text, length)).toBe(shown);
  });
});
