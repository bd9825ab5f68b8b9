import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export interface Import {
  /** Path below the root for files of ours, else the package or `node:` module. */
  readonly target: string;
  readonly isOurs: boolean;
  readonly isTypeOnly: boolean;
}

export interface Source {
  /** Path below the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly isTest: boolean;
  readonly isGenerated: boolean;
}

/** Reads every file of these folders whose name ends like one of `endings`. */
export function readSources(root: string, folders: readonly string[], endings: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => endings.some((ending) => name.endsWith(ending)))
      .map((name) => posix.join(folder, name))
      .sort()
      .map((path) => source(path, readFileSync(join(root, path), 'utf8'))),
  );
}

export function source(path: string, text: string): Source {
  return {
    path,
    text,
    imports: path.endsWith('.ts') ? importsOf(path, text) : [],
    isTest: isTestFile(path),
    isGenerated: /\.gen\.[a-z]+$/.test(path),
  };
}

/** Support of tests is named `fixture`, because it may import what the product may not. */
export function isTestFile(path: string): boolean {
  return /\.test\.ts$|(^|[/-])fixtures?(\.ts$|\/)/.test(path);
}

function importsOf(path: string, text: string): readonly Import[] {
  const statement =
    /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...text.matchAll(statement)].map(([, type, named, dynamic]) => {
    const specifier = named ?? dynamic ?? '';
    const isOurs = specifier.startsWith('.');
    const target = isOurs ? posix.join(posix.dirname(path), specifier) : specifier;
    return { target, isOurs, isTypeOnly: type !== undefined };
  });
}
