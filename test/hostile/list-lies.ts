import fc from 'fast-check';
import type { FaultRule } from '../../infra/local/konnect/server.ts';
import { isRecord } from '../../lib/engine/objects.ts';
import { anyValue, hostileText, madeOf, type Spoiling, spoiling, spoilt } from './spoil.ts';

/* What a Konnect that lies answers to who lists its entities. */

export interface Lie {
  /** From which request on, and for how many. */
  readonly from: number;
  readonly for: number;
  readonly status: number;
  readonly body:
    | { readonly html: true }
    | { readonly value: Parameters<typeof madeOf>[0] }
    | { readonly spoilings: readonly Spoiling[] }
    | { readonly tags: readonly string[]; readonly id: string; readonly twice: boolean }
    | { readonly endless: 'same' | 'new' };
}

const tag = fc.tuple(
  fc.constantFrom('k8s-uid', 'k8s-name', 'k8s-namespace', 'k8s-kind', 'k8s-cluster', 'managed-by', '__proto__'),
  fc.oneof(hostileText, fc.constantFrom('blue', 'team', 'KongService', 'KongRoute', 'konnect-reconciler')),
);

export const lie: fc.Arbitrary<Lie> = fc.record({
  from: fc.integer({ min: 1, max: 25 }),
  for: fc.constantFrom(1, 2, 10, 1000),
  status: fc.oneof({ weight: 6, arbitrary: fc.constant(200) }, fc.constantFrom(204, 302, 401, 403, 404, 429, 500, 503)),
  body: fc.oneof(
    fc.record({ html: fc.constant(true as const) }),
    fc.record({ value: anyValue }),
    fc.record({ spoilings: fc.array(spoiling, { minLength: 1, maxLength: 4 }) }),
    fc.record({ tags: fc.array(tag.map((parts) => parts.join(':'))), id: hostileText, twice: fc.boolean() }),
    fc.record({ endless: fc.constantFrom('same', 'new') }),
  ),
});

export function lieAbout(one: Lie, truth: ReadonlyMap<string, string>): FaultRule {
  const entities = [...truth.values()].map((text): unknown => JSON.parse(text)).filter(isRecord);
  return ({ method }, nth) => {
    if (method !== 'GET' || nth < one.from || nth >= one.from + one.for) return undefined;
    const fault = { status: one.status };
    return 'html' in one.body ? { ...fault, html: true } : { ...fault, body: bodyOf(one.body, entities, nth) };
  };
}

function bodyOf(
  body: Exclude<Lie['body'], { html: true }>,
  entities: readonly Readonly<Record<string, unknown>>[],
  nth: number,
): unknown {
  if ('value' in body) return madeOf(body.value);
  const right = { data: entities, offset: null };
  if ('spoilings' in body) return body.spoilings.reduce<unknown>(spoilt, right);
  // More pages than anybody has would take longer than there is to try.
  if ('endless' in body) return { data: entities, offset: body.endless === 'same' || nth > 200 ? 'again' : `o${nth}` };
  const tagged = entities.map((entity) => ({ ...entity, tags: body.tags }));
  return { data: [...tagged, ...(body.twice ? tagged : []), { id: body.id, tags: body.tags }], offset: null };
}
