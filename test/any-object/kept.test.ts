import { describe, expect, it } from 'vitest';
import { lacking } from './kept.ts';

describe('lacking', () => {
  it('sees through the layout of JSON', () => {
    expect(lacking('{"a":1}', '{ "a": 1 }')).toEqual([]);
    expect(lacking('{"a":1}', '{ "a": 2 }')).toEqual(['']);
  });

  it('takes a text that only begins like JSON as it is', () => {
    expect(lacking('{"a#K"$j#', '{"a#K"$j#')).toEqual([]);
    expect(lacking('{"a#K"$j#', '{"a#K"$j')).toEqual(['']);
  });
});
