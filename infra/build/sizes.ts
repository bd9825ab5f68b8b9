import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Metafile } from 'esbuild';

/** What a bundle weighs; bytes minified. */
export interface BundleSize {
  readonly bytes: number;
  /** About what it adds to the archive. */
  readonly gzipBytes: number;
  /** Bytes by package, the largest first; `own` is this project. */
  readonly packages: Readonly<Record<string, number>>;
}

const SHOWN_PACKAGES = 4;

/** Weighs the written bundle at the absolute path `outfile`. */
export async function sizesOf(metafile: Metafile, outfile: string): Promise<BundleSize> {
  const content = await readFile(outfile);
  const compressed = await promisify(gzip)(content);
  const packages = new Map<string, number>();
  const [, output] = Object.entries(metafile.outputs).find(([path]) => resolve(path) === outfile) ?? [];
  if (!output) throw new Error(`esbuild wrote no ${outfile}, only ${Object.keys(metafile.outputs).join(', ')}`);
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    packages.set(packageOf(path), (packages.get(packageOf(path)) ?? 0) + bytesInOutput);
  }
  const largestFirst = [...packages].filter(([, bytes]) => bytes > 0).sort((left, right) => right[1] - left[1]);
  return { bytes: content.length, gzipBytes: compressed.length, packages: Object.fromEntries(largestFirst) };
}

/** The sizes as lines for people. */
export function tableOf(sizes: Readonly<Record<string, BundleSize>>): string {
  const width = Math.max('bundle'.length, ...Object.keys(sizes).map((name) => name.length));
  const line = (name: string, kib: string, gzipKib: string, largest: string) =>
    `${name.padEnd(width)}  ${kib.padStart(7)}  ${gzipKib.padStart(7)}  ${largest}\n`;
  const rows = Object.entries(sizes).map(([name, { bytes, gzipBytes, packages }]) =>
    line(name, inKib(bytes), inKib(gzipBytes), largestOf(packages)),
  );
  return line('bundle', 'KiB', 'gzip', 'largest packages') + rows.join('');
}

function largestOf(packages: BundleSize['packages']): string {
  return Object.entries(packages)
    .slice(0, SHOWN_PACKAGES)
    .map(([name, bytes]) => `${name} ${inKib(bytes)}`)
    .join(', ');
}

function inKib(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

/** The package that a file of the metafile belongs to. */
function packageOf(path: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'own';
}
