import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kinds } from '../kinds/registry.gen.ts';
import { definitionFile, rolesFile } from './install.ts';

it('what is told to be installed is there', () => {
  const files = [rolesFile, ...kinds.map(({ resource }) => definitionFile(resource))];
  expect(files.filter((file) => !existsSync(join(import.meta.dirname, '..', '..', file)))).toEqual([]);
});
