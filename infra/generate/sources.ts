import type { Lane } from '../../lib/kinds/define.ts';
import { type KindFolder, kindsPath } from './kinds.ts';
import { generatedHead } from './yaml-file.ts';

/** `lib/kinds/registry.gen.ts`: every kind. */
export function registrySource(kinds: readonly KindFolder[]): string {
  return [
    `// ${generatedHead}`,
    "import type { Kind } from './define.ts';",
    ...kinds.map(({ folder }) => `import { kind as ${identifier(folder)} } from './${folder}/kind.ts';`),
    '',
    'export const kinds: readonly Kind[] = [',
    ...kinds.map(({ folder }) => `  ${identifier(folder)},`),
    '];',
    '',
  ].join('\n');
}

/**
 * `lib/kinds/controllers-<lane>.gen.ts`: the controllers of kinds that are not just one entity, by the name of their kind.
 * A file for each lane, for a function reads and compiles all that it has at every start.
 */
export function controllersSource(kinds: readonly KindFolder[], lane: Lane): string {
  const own = kinds.filter(({ kind, hasController }) => hasController && kind.lane === lane);
  return [
    `// ${generatedHead}`,
    "import type { Controllers } from './define.ts';",
    ...own.map(({ folder }) => `import { controller as ${identifier(folder)} } from './${folder}/controller.ts';`),
    '',
    ...(own.length === 0
      ? ['export const controllers: Controllers = {};']
      : [
          'export const controllers: Controllers = {',
          ...own.map(({ folder, kind }) => `  ${kind.resource.kind}: ${identifier(folder)},`),
          '};',
        ]),
    '',
  ].join('\n');
}

/** The rows of README's table of kinds, each with its example. */
export function kindsTable(kinds: readonly KindFolder[]): string {
  const rows = kinds.map(({ folder, kind }) => {
    const { resource, shortNames = [] } = kind;
    const short = shortNames.map((name) => `\`${name}\``).join(', ');
    const example = `[example](${kindsPath}/${folder}/example.yaml)`;
    return `| \`${resource.kind}\` | \`${resource.group}/${resource.version}\` | ${short} | ${kind.description.replaceAll('|', '\\|')} | ${example} |`;
  });
  return ['| Kind | API | Short name | What it is | |', '|---|---|---|---|---|', ...rows].join('\n');
}

function identifier(folder: string): string {
  return folder.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
