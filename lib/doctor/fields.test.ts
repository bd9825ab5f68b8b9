import { describe, expect, it } from 'vitest';
import { missingFields } from './fields.ts';

const object = (properties: Readonly<Record<string, unknown>>) => ({ type: 'object', properties });
const text = { type: 'string' };

describe('the fields that a schema lacks', () => {
  it.each<{ what: string; wanted: unknown; present: unknown; missing: readonly string[] }>([
    { what: 'none', wanted: object({ a: text }), present: object({ a: text, b: text }), missing: [] },
    { what: 'one', wanted: object({ a: text, b: text }), present: object({ a: text }), missing: ['b'] },
    {
      what: 'one further down',
      wanted: object({ spec: object({ a: object({ b: text }) }) }),
      present: object({ spec: object({ a: object({}) }) }),
      missing: ['spec.a.b'],
    },
    {
      what: 'a whole branch, told once',
      wanted: object({ spec: object({ a: text, b: text }) }),
      present: object({}),
      missing: ['spec'],
    },
    {
      what: 'one of the items',
      wanted: object({ list: { type: 'array', items: object({ a: text }) } }),
      present: object({ list: { type: 'array', items: object({}) } }),
      missing: ['list[].a'],
    },
    {
      what: 'none, where anything may stand',
      wanted: object({ config: object({ a: text }) }),
      present: object({ config: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }),
      missing: [],
    },
    { what: 'all, where there is no schema', wanted: object({ a: text }), present: undefined, missing: ['a'] },
  ])('$what', ({ wanted, present, missing }) => {
    expect(missingFields(wanted, present)).toEqual(missing);
  });
});
