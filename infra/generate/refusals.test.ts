import { describe, expect, it } from 'vitest';
import { kindSource, repository, shop, twoKinds } from './fixture.ts';
import { folderOf } from './kinds.ts';
import { outputsOf } from './outputs.ts';

describe('the generator refuses', () => {
  it.each([
    ['README.md without a place for the table', { 'README.md': 'x' }, 'README.md: put the lines <!-- kinds:begin -->'],
    ['a folder without kind.ts', { 'lib/kinds/till/example.yaml': '' }, 'lib/kinds/till: kind.ts is missing'],
    [
      'a folder without example.yaml',
      { 'lib/kinds/till/kind.ts': kindSource('Till') },
      'lib/kinds/till: example.yaml is missing',
    ],
    [
      'a folder that is not named as its kind',
      { 'lib/kinds/cash/kind.ts': kindSource('APITill'), 'lib/kinds/cash/example.yaml': '' },
      'lib/kinds/cash declares APITill; rename the folder to api-till',
    ],
    [
      'a kind that two folders declare',
      { 'lib/kinds/store/kind.ts': shop, 'lib/kinds/store/example.yaml': '' },
      'the kind Shop is declared by lib/kinds/shop and lib/kinds/store; keep one',
    ],
    [
      'kind.ts without a kind',
      { 'lib/kinds/till/kind.ts': 'export const sort = {};', 'lib/kinds/till/example.yaml': '' },
      'lib/kinds/till/kind.ts exports no `kind`',
    ],
    [
      'a ref to a kind that is not there',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', { refs: [{ name: 'shop', kind: 'Stop' }] }),
        'lib/kinds/till/example.yaml': '',
      },
      'lib/kinds/till/kind.ts: the ref shop refers to Stop, which no folder declares',
    ],
    [
      'a ref through a ref that is not there',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', { refs: [{ name: 'shop', kind: 'Shop', through: 'shelf' }] }),
        'lib/kinds/till/example.yaml': '',
      },
      'the ref shop goes through the ref shelf, which the kind does not have',
    ],
    [
      'a kind to inform that is not there',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', { informs: [{ kind: 'Stop' }] }),
        'lib/kinds/till/example.yaml': '',
      },
      'lib/kinds/till/kind.ts: informs Stop, which no folder declares',
    ],
    [
      'being woken through a ref that is not there',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', { wakes: [{ resource: {}, through: 'shelf' }] }),
        'lib/kinds/till/example.yaml': '',
      },
      'lib/kinds/till/kind.ts: is woken through the ref shelf, which the kind does not have',
    ],
    [
      'a schema with what a CRD can not have',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', {
          schema: { type: 'object', properties: { spec: { type: 'object', properties: { a: { anyOf: [] } } } } },
        }),
        'lib/kinds/till/example.yaml': '',
      },
      'Till.spec.a: a CRD can not have the keyword anyOf',
    ],
    [
      'a map whose keys have schemas of their own',
      {
        'lib/kinds/till/kind.ts': kindSource('Till', {
          schema: { type: 'object', properties: { spec: { type: 'object', patternProperties: { '^a$': {} } } } },
        }),
        'lib/kinds/till/example.yaml': '',
      },
      'Till.spec: a CRD can not have the keyword patternProperties',
    ],
  ])('%s', async (_, files, message) => {
    await using repo = await repository({ ...twoKinds, ...files });
    await expect(outputsOf(repo.root)).rejects.toThrow(message);
  });

  it.each([
    ['KonnectAPIAuthConfiguration', 'konnect-api-auth-configuration'],
    ['KongCACertificate', 'kong-ca-certificate'],
    ['KongSNI', 'kong-sni'],
    ['KongCredentialJWT', 'kong-credential-jwt'],
    ['KonnectExtension', 'konnect-extension'],
  ])('a folder of %s that is not %s', (kindName, folder) => {
    expect(folderOf(kindName)).toBe(folder);
  });
});
