import { type Import, isTestFile, type Source } from './source.ts';

/** Says what is wrong with one file, or nothing. */
export type Rule = (source: Source) => readonly string[];

/** What the engine may import beside itself: the words of the system, and no way to reach the world. */
const engineMayImport = ['lib/engine/', 'lib/events/event.ts', 'lib/sensitive.ts'];
const engineMayUse = ['typebox', 'typebox/value'];

/** Folders of the product, and below which folders the files live that it may import. */
const directions = [
  { from: 'lib/', to: ['lib/'] },
  { from: 'functions/', to: ['lib/', 'functions/'] },
  { from: 'infra/cluster/', to: ['lib/', 'infra/cluster/'] },
  { from: 'infra/aws/', to: ['lib/', 'infra/aws/'] },
  { from: 'infra/generate', to: ['lib/', 'infra/generate/'] },
];

/** Where the environment may be read: one module of configuration a folder, and where everything is put together. */
const mayReadEnvironment = [
  /(^|\/)config\.ts$/,
  /^functions\/[^/]+\.ts$/,
  /^infra\/(cluster|local)\/[^/]+\.ts$/,
  // Plays the Lambda runtime, whose interface to a function is the environment.
  /^infra\/local\/lambda\/runtime\.ts$/,
];

export const importsPointOneWay: Rule = (source) => {
  const direction = directions.find(({ from }) => source.path.startsWith(from));
  if (source.isTest || direction === undefined) return [];
  return source.imports
    .filter(({ isOurs, target }) => isOurs && !startsWithOneOf(target, direction.to))
    .map(({ target }) => `${source.path} imports ${target}; it may import ${direction.to.join(' and ')} only`);
};

export const engineKnowsNoWorld: Rule = (source) => {
  if (source.isTest || !source.path.startsWith('lib/engine/')) return [];
  return source.imports
    .filter((one) => !mayEngineImport(one))
    .map(({ target }) => `${source.path} imports ${target}; the engine reaches the world through lib/engine/ports.ts`);
};

/** A kind's folder is reached through the registry, which is generated. */
export const kindsAreReachedByRegistry: Rule = (source) => {
  if (source.isTest || source.isGenerated || isInKindFolder(source.path)) return [];
  return source.imports
    .filter(({ isOurs, target }) => isOurs && isInKindFolder(target))
    .map(({ target }) => `${source.path} imports ${target}; take the kind from lib/kinds/registry.gen.ts`);
};

/** @param names Names and plurals of all kinds. */
export function onlyKindFoldersNameKinds(names: readonly string[]): Rule {
  const name = new RegExp(`\\b(${names.join('|')})\\b`, 'i');
  return (source) => {
    const mayName = source.isTest || source.isGenerated || isInKindFolder(source.path) || isDemo(source.path);
    const found = mayName ? undefined : name.exec(source.text)?.[1];
    return found === undefined ? [] : [`${source.path} names ${found}; only the folder of a kind knows it`];
  };
}

export const environmentIsReadInOnePlace: Rule = (source) => {
  const mayRead = source.isTest || mayReadEnvironment.some((path) => path.test(source.path));
  return mayRead || !/\bprocess\.env\b/.test(source.text)
    ? []
    : [`${source.path} reads process.env; take the value from the folder's config.ts`];
};

export const productNeedsNoTests: Rule = (source) => {
  if (source.isTest) return [];
  const isTestTool = ({ target }: Import): boolean => /^(vitest|fast-check)(\/|$)/.test(target) || isTestFile(target);
  return source.imports
    .filter(isTestTool)
    .map(({ target }) => `${source.path} imports ${target}, which is there for tests only`);
};

function mayEngineImport({ target, isOurs, isTypeOnly }: Import): boolean {
  if (!isOurs) return target.startsWith('node:') || engineMayUse.includes(target);
  return startsWithOneOf(target, engineMayImport) || (target === 'lib/kinds/define.ts' && isTypeOnly);
}

function isInKindFolder(path: string): boolean {
  return /^lib\/kinds\/[^/]+\//.test(path);
}

// Manifests of the demo are written as its users would write them.
function isDemo(path: string): boolean {
  return /^infra\/local\/.*\.ya?ml$/.test(path);
}

function startsWithOneOf(path: string, starts: readonly string[]): boolean {
  return starts.some((start) => path.startsWith(start));
}
