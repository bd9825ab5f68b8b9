import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import Type, { type TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import { schema as authSchema } from './konnect-api-auth-configuration/schema.ts';
import { schema as extensionSchema } from './konnect-extension/schema.ts';
import { schema as controlPlaneSchema } from './konnect-gateway-control-plane/schema.ts';
import {
  celRule,
  checkFields,
  decimal,
  freeFormObject,
  integer,
  kindFields,
  object,
  optional,
  text,
  withRules,
} from './schema.ts';

const controlPlane = { spec: { name: 'orders', konnect: { authRef: { name: 'konnect-api-auth' } } } };

describe('checkFields', () => {
  it('finds nothing wrong with a complete object, also where it has fields that the schema does not know', () => {
    expect(checkFields(controlPlaneSchema(), { ...controlPlane, apiVersion: 'v2', metadata: { name: 'a' } })).toEqual(
      [],
    );
    expect(checkFields(controlPlaneSchema(), { spec: { ...controlPlane.spec, invented_later: { deep: 1 } } })).toEqual(
      [],
    );
  });

  it.each([
    ['a missing field', { spec: { konnect: {} } }, ['spec.konnect.authRef: is required']],
    ['a missing spec, which the CRD allows', {}, ['spec: is required']],
    ['a wrong type', { spec: { name: 7 } }, ['spec.name: must be string']],
    ['null', { spec: { name: null } }, ['spec.name: must be string']],
    ['no object', 'text', ['object: must be object']],
    [
      'an entry of a list',
      {
        spec: {
          name: 'a',
          proxy_urls: [
            { host: 'h', port: 1, protocol: 'p' },
            { host: 'h', port: '1' },
          ],
        },
      },
      ['spec.proxy_urls[1].port: must be integer', 'spec.proxy_urls[1].protocol: is required'],
    ],
    [
      'a value of a map, under a key with a slash and a dot',
      { spec: { name: 'a', labels: { 'example.com/team': 1 } } },
      ['spec.labels[example.com/team]: must be string'],
    ],
    [
      'a time that is none',
      { ...controlPlane, status: { conditions: [{ ...condition(), lastTransitionTime: 'yesterday' }] } },
      ['status.conditions[0].lastTransitionTime: must match format "date-time"'],
    ],
    [
      'a negative generation',
      { ...controlPlane, status: { conditions: [{ ...condition(), observedGeneration: -1 }] } },
      ['status.conditions[0].observedGeneration: must be >= 0'],
    ],
    [
      'too many conditions',
      { ...controlPlane, status: { conditions: Array.from({ length: 9 }, condition) } },
      ['status.conditions: must not have more than 8 items'],
    ],
  ])('names the field of %s', (_, fields, problems) => {
    expect(checkFields(controlPlaneSchema(), fields).sort()).toEqual(problems);
  });

  it('lists the words that a field takes', () => {
    expect(checkFields(authSchema(), { spec: { type: 'password', serverURL: 'eu.api.konghq.com' } })).toEqual([
      'spec.type: must be one of token, secretRef',
    ]);
  });

  it('checks the pattern and length of data plane labels', () => {
    const labelled = (labels: unknown) => ({
      spec: { konnect: { controlPlane: { ref: { type: 'konnectID', konnectID: 'x' } }, dataPlane: { labels } } },
    });
    expect(checkFields(extensionSchema(), labelled({ team: 'payments' }))).toEqual([]);
    expect(checkFields(extensionSchema(), labelled({ team: 'a'.repeat(64) }))[0]).toContain(
      'labels.team: must not have',
    );
    expect(checkFields(extensionSchema(), labelled({ team: '-a' }))[0]).toContain('labels.team: must match pattern');
  });

  it('never quotes a value, wherever it stands', () => {
    const secret = fc.string({ minLength: 12 }).map((random) => `kpat_${random}`);
    const misplaced = secret.chain((token) =>
      fc.record({
        token: fc.constant(token),
        spec: fc.constantFrom<unknown>(
          token,
          [token],
          { type: token, serverURL: [token], token: { token } },
          { type: 'token', secretRef: token, serverURL: 1 },
          { type: 'token', token: [token], serverURL: { [token.slice(0, 1)]: token } },
        ),
      }),
    );
    fc.assert(
      fc.property(misplaced, ({ token, spec }) => {
        const problems = checkFields(authSchema(), { spec, status: { conditions: [token] } });
        expect(problems.length).toBeGreaterThan(0);
        expect(problems.join('\n')).not.toContain(token);
      }),
    );
  });
});

describe('schema helpers', () => {
  it('add rules to those that are there, and change neither the schema given nor what it validates', () => {
    const first = withRules(optional(text('A name.', { maxLength: 3 })), celRule('a', 'A'));
    const second = withRules(first, celRule('b', 'B'));
    expect(Reflect.get(first, 'x-kubernetes-validations')).toEqual([{ rule: 'a', message: 'A' }]);
    expect(Reflect.get(second, 'x-kubernetes-validations')).toEqual([
      { rule: 'a', message: 'A' },
      { rule: 'b', message: 'B' },
    ]);
    const around = object('Around.', { name: second });
    expect(checkFields(around, {})).toEqual([]);
    expect(checkFields(around, { name: 'long' })).toEqual(['name: must not have more than 3 characters']);
  });

  it('add no keyword where there are no rules', () => {
    expect(Reflect.has(withRules(object('A.', {})), 'x-kubernetes-validations')).toBe(false);
  });

  it('tell whole numbers from those with a fraction, and free objects from other values', () => {
    const free = object('Free.', { whole: integer('W.'), part: decimal('P.'), any: freeFormObject('A.') });
    expect(checkFields(free, { whole: 1, part: 0.5, any: { deep: [{ er: 1 }] } })).toEqual([]);
    expect(checkFields(free, { whole: 0.5, part: '1', any: 'text' })).toEqual([
      'whole: must be integer',
      'part: must be number',
      'any: must be object',
    ]);
  });

  it('leave no field of a kind without a description', async () => {
    const schemas = await allSchemas();
    expect(schemas.length).toBeGreaterThan(20);
    expect(schemas.flatMap(([folder, schema]) => withoutDescription(schema, folder))).toEqual([]);
    expect(withoutDescription(kindFields({ spec: object('A.', { bare: Type.String() }) }), '')).toEqual(['.spec.bare']);
  });
});

async function allSchemas() {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Promise.all(
    folders.map(async ({ name }) => {
      const { schema }: { readonly schema: () => TSchema } = await import(`./${name}/schema.ts`);
      return [name, schema()] as const;
    }),
  );
}

function condition() {
  return { type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: '2026-01-02T03:04:05Z' };
}

function withoutDescription(schema: object, at: string): string[] {
  const properties: Record<string, object> = Reflect.get(schema, 'properties') ?? {};
  const items: object | undefined = Reflect.get(schema, 'items');
  const children = Object.entries(properties).flatMap(([name, child]) => [
    ...(Reflect.has(child, 'description') ? [] : [`${at}.${name}`]),
    ...withoutDescription(child, `${at}.${name}`),
  ]);
  return items === undefined ? children : [...children, ...withoutDescription(items, `${at}[]`)];
}
