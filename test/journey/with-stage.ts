import { readFile } from 'node:fs/promises';

/** Of the paths of test files those with a stage, which note what they used when they are done. */
export async function withStage(testFiles: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(testFiles.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  return texts
    .filter(({ text }) => /from '\.\/(stage|story)\.ts'|import '\.\/story\.ts'/.test(text))
    .map(({ file }) => file);
}
