import { deepEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { isRecord, type KubernetesObject, keyOf, secretResource } from '../../lib/engine/objects.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import { anyValue, hostileText, madeOf } from './spoil.ts';
import { differing, resourceOf, startTown, type Town } from './town.ts';

/*
 * Secrets that hold anything: whoever reads them says what is wrong with them, quotes nothing of them, and sends no token that
 * could end a header; what other objects have in Konnect stays.
 */

const runsPerTown = 300;
const canary = 'canaryOfASecret';

type Content =
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly coded: string }
  | { readonly value: Parameters<typeof madeOf>[0] }
  | { readonly letters: number }
  | { readonly aliases: number }
  | { readonly pem: string };

const text = fc.oneof(
  hostileText,
  fc.constantFrom(
    `kpat_${canary}\r\nX-Evil: 1`,
    `kpat_${canary}\u0000`,
    `kpat_${canary} kpat_second`,
    `kpat_${canary}ü`,
    `Bearer kpat_${canary}`,
    `{"token":"${canary}"`,
    `- ${canary}: &a [*a]`,
    `!!js/function '${canary}'`,
    `arn:aws:secretsmanager:us-east-1:000000000000:secret:${canary}`,
    `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
    `{"__proto__":{"polluted":"${canary}"}}`,
  ),
);

const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ text }) },
  fc.record({ bytes: fc.uint8Array({ maxLength: 64 }) }),
  fc.record({ coded: fc.string({ maxLength: 40 }) }),
  fc.record({ value: anyValue }),
  fc.record({ letters: fc.constantFrom(5000, 700_000) }),
  fc.record({ aliases: fc.constantFrom(3, 9) }),
  fc.record({ pem: fc.constantFrom('CERTIFICATE', 'PRIVATE KEY', 'RSA PRIVATE KEY', 'EVIL') }),
);

interface Spoilt {
  /** Which of the examples' Secrets. */
  readonly nth: number;
  readonly data: Readonly<Record<string, Content>>;
  /** Data that is no map at all. */
  readonly instead: Parameters<typeof madeOf>[0] | undefined;
  readonly keepOthers: boolean;
}

const keys = [
  'token',
  'arn',
  'tls.crt',
  'tls.key',
  'ca.crt',
  'key',
  'headers',
  'config',
  'password',
  'kongCredType',
  '__proto__',
  'username',
];
const spoiltSecret: fc.Arbitrary<Spoilt> = fc.record({
  nth: fc.nat({ max: 7 }),
  data: fc.dictionary(fc.constantFrom(...keys), content, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  instead: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, anyValue),
  keepOthers: fc.boolean(),
});

/** @returns how many Secrets were read. */
export async function secrets(runs: number, seed: number): Promise<number> {
  for (let done = 0; done < runs; done += runsPerTown) {
    await using town = await startTown();
    const property = fc.asyncProperty(spoiltSecret, (one) => read(town, one));
    await fc.assert(property, { numRuns: Math.min(runsPerTown, runs - done), seed: seed + done, endOnFailure: true });
  }
  return runs;
}

async function read(town: Town, one: Spoilt): Promise<void> {
  const { stage, look } = town;
  const { user } = stage.cluster;
  const all = user.objects.filter(({ kind }) => kind === secretResource.kind);
  const right = all[one.nth % all.length];
  if (right === undefined) throw new Error('no example has a Secret');
  const readers = readersOf(town, right);
  ok(readers.length > 0, `nobody reads the Secret ${right.metadata.name}`);
  const untouched = new Map(
    [...town.belongings()].filter(([, value]) => !readers.some(({ metadata }) => value.includes(metadata.uid))),
  );
  const logged = stage.logs.length;
  // All the keys that somebody reads are tried, under the names that they are read by.
  const names = isRecord(right['data']) ? Object.keys(right['data']) : [];
  const spoilt = Object.entries(one.data).map(([key, value], index) => [names[index] ?? key, codedOf(value)] as const);
  const data =
    one.instead === undefined
      ? Object.fromEntries([...(one.keepOthers ? Object.entries(right['data'] ?? {}) : []), ...spoilt])
      : madeOf(one.instead);
  user.plant(secretResource, { ...right, data });
  for (const object of readers) {
    const verdict = await look(object, { cause: 'dependency' });
    judge(town, verdict, user.find(resourceOf(object), keyOf(object)));
    judge(town, await look(object, { cause: 'drift' }), user.find(resourceOf(object), keyOf(object)));
  }
  deepEqual(differing(untouched, town.belongings()), [], 'what does not read the Secret was changed');
  ok(!stage.logs.slice(logged).some((line) => line.includes(canary)), 'a secret is in the log');
  user.plant(secretResource, right);
  for (const object of readers) await look(object, { cause: 'dependency' });
}

/** Objects that are woken by it, and those that are made of them. */
function readersOf({ stage }: Town, secret: KubernetesObject): readonly KubernetesObject[] {
  const kinds = stage.environment.registry.kinds;
  return stage.cluster.user.objects.filter((object) => {
    const kind = kinds.find(({ resource }) => resource.kind === object.kind);
    const own = kind?.wakes?.some(
      ({ resource, targets }) =>
        resource.kind === secret.kind && targets(object).some(({ name }) => name === secret.metadata.name),
    );
    return own === true || (kind?.refs.some((ref) => ref.kind === 'KongPlugin') ?? false);
  });
}

function codedOf(content: Content): unknown {
  if ('coded' in content) return content.coded;
  if ('value' in content) return madeOf(content.value);
  return Buffer.from(plainOf(content)).toString('base64');
}

function plainOf(content: Exclude<Content, { coded: string } | { value: unknown }>): string | Uint8Array {
  if ('text' in content) return content.text;
  if ('bytes' in content) return content.bytes;
  if ('letters' in content) return 'h'.repeat(content.letters);
  if ('aliases' in content) return bomb(content.aliases);
  return `-----BEGIN ${content.pem}-----\n${Buffer.from(canary.repeat(20)).toString('base64')}\n-----END ${content.pem}-----\n`;
}

/** YAML that stands for ten times as much with each level. */
function bomb(levels: number): string {
  const lines = Array.from(
    { length: levels },
    (_, level) => `k${level + 1}: &k${level + 1} [${Array.from({ length: 10 }, () => `*k${level}`).join(', ')}]`,
  );
  return [`k0: &k0 ${canary}`, ...lines].join('\n');
}

function judge({ stage }: Town, verdict: Verdict, object: KubernetesObject | undefined): void {
  const shown = `${JSON.stringify(verdict).slice(0, 800)} ${stage.logs.at(-1)?.slice(0, 1500)}`;
  ok(verdict.is === 'done' || verdict.is === 'wait' || verdict.is === 'terminal', shown);
  if (object === undefined) return;
  const said = JSON.stringify([object.status, object.metadata]);
  ok(!said.includes(canary), `a secret is in the status: ${said.slice(0, 500)}`);
}
