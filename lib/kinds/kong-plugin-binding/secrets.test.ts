import { describe, expect, it } from 'vitest';
import {
  bound,
  condition,
  fromSecret,
  look,
  patchedPlugin,
  settled,
  withHeaders,
  writes,
} from '../../../test/memory/bindings.ts';
import { forget, key, secretResource } from '../../../test/memory/manifests.ts';
import { bindingKind, plugins, rewrite, secret, settleAll } from '../../../test/memory/plugins.ts';
import { namespace } from '../../../test/memory/stage.ts';
import { inputsAnnotation } from '../../engine/names.ts';

describe('T56 a configuration from Secrets', () => {
  it('is put into the rest', async () => {
    await using stage = await withHeaders();

    expect(plugins(stage)).toMatchObject([
      { config: { add: { headers: ['x-token:first'] }, remove: { headers: ['cookie'] } } },
    ]);
  });

  it.each([
    ['JSON', '{"minute": 3}'],
    ['YAML', 'minute: 3\npolicy: local\n'],
  ])('may be the whole, in %s', async (_, text) => {
    await using stage = await bound({ config: undefined, configFrom: fromSecret('whole', 'config') });
    stage.cluster.user.apply(secretResource, secret('whole', { config: text }));
    await settleAll(stage);

    expect(plugins(stage)).toMatchObject([{ config: { minute: 3, policy: 'local' } }]);
  });

  it.each([
    [
      'stands for more than there is room for',
      [
        'a: &a [x]',
        ...Array.from(
          { length: 9 },
          (_, n) => `${'abcdefghij'[n + 1]}: &${'abcdefghij'[n + 1]} [${`*${'abcdefghij'[n]}, `.repeat(10)}]`,
        ),
      ].join('\n'),
    ],
    ['is nested without end', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`],
  ])('is refused where it %s', async (_, text) => {
    await using stage = await bound({ config: undefined, configFrom: fromSecret('whole', 'config') });
    stage.cluster.user.apply(secretResource, secret('whole', { config: text }));
    await settleAll(stage);

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'Invalid' });

    expect(plugins(stage)).toEqual([]);
  });

  it('is sent again when the Secret changes, and once', async () => {
    await using stage = await withHeaders();
    rewrite(stage, 'headers', { list: '["x-token:second"]' });
    forget(stage);

    await look(stage);
    await look(stage);

    expect(writes(stage)).toHaveLength(1);
    expect(plugins(stage)).toMatchObject([{ config: { add: { headers: ['x-token:second'] } } }]);
  });

  it('is sent again where the first try failed, also where the binding is programmed already', async () => {
    await using stage = await withHeaders();
    rewrite(stage, 'headers', { list: '["x-token:second"]' });
    stage.konnect.setFault((_request, nth) => (nth === 1 ? { status: 503 } : undefined));

    expect(await look(stage)).toMatchObject({ is: 'retry' });
    expect(condition(stage)).toBe('True Programmed');
    expect(await look(stage)).toEqual({ is: 'done' });

    expect(plugins(stage)).toMatchObject([{ config: { add: { headers: ['x-token:second'] } } }]);
  });

  it('leaves nothing of itself on the object', async () => {
    await using stage = await withHeaders();

    const object = JSON.stringify(stage.object(bindingKind, 'bound'));
    expect(object).not.toContain('x-token');
    expect(stage.object(bindingKind, 'bound').metadata.annotations?.[inputsAnnotation]).toContain('Secret ');
    expect(stage.logs.join()).not.toContain('x-token');
  });

  it('that is missing is waited for aloud, and nothing is sent', async () => {
    await using stage = await settled(patchedPlugin);

    expect(condition(stage)).toContain(
      `takes its configuration from Secret ${namespace}/headers, which does not exist`,
    );
    expect(condition(stage, 'PluginRefValid')).toMatch(/^False Invalid/);
    expect(plugins(stage)).toEqual([]);

    stage.cluster.user.apply(secretResource, secret('headers', { list: '["x-token:late"]' }));
    await settleAll(stage);
    expect(condition(stage)).toBe('True Programmed');
  });

  it('that goes later is told, and what Konnect has stays', async () => {
    await using stage = await withHeaders();
    stage.cluster.user.remove(secretResource, key('headers'));
    forget(stage);

    expect(await look(stage)).toMatchObject({ is: 'wait' });

    expect(condition(stage)).toMatch(/^False/);
    expect(writes(stage)).toEqual([]);
    expect(plugins(stage)).toHaveLength(1);
  });

  it.each([
    ['has another key', { other: '[]' }, 'Secret headers has no key list'],
    [
      'holds no JSON',
      { list: 'hidden text' },
      'Secret headers must hold JSON; a text needs its quotes, under the key list',
    ],
  ])('that %s is refused in words that do not quote it', async (_, data, message) => {
    await using stage = await bound(patchedPlugin);
    stage.cluster.user.apply(secretResource, secret('headers', data));
    await settleAll(stage);

    expect(condition(stage)).toBe(
      `False Invalid: ${message}${'other' in data ? ", which the plugin's configuration is read from" : ''}`,
    );
    expect(condition(stage, 'PluginRefValid')).toContain(message);
    expect(stage.logs.join()).not.toContain('hidden');
    expect(plugins(stage)).toEqual([]);
  });

  it('that is no map is refused', async () => {
    await using stage = await bound({ config: undefined, configFrom: fromSecret('whole', 'config') });
    stage.cluster.user.apply(secretResource, secret('whole', { config: 'hidden' }));
    await settleAll(stage);

    expect(condition(stage)).toBe('False Invalid: Secret whole must hold a map, in JSON or YAML, under the key config');
  });

  it('that Konnect refuses is not quoted', async () => {
    await using stage = await withHeaders('["hidden-without-colon"]');

    expect(condition(stage)).toMatch(/^False FailedToCreate: .*\[redacted\]/);
    expect(condition(stage)).not.toContain('hidden');
    expect(stage.logs.join()).not.toContain('hidden');
  });
});
