import { inject } from 'vitest';
import { type Artifacts, runPackage } from './osls.ts';
import { type Template, templateOf } from './template.ts';

/** What `osls package` would deploy, with its template read. */
export interface Packaged extends Artifacts {
  /** With the defaults of its parameters. */
  readonly template: Template;
  /** With other values of parameters. */
  templateWith(parameters: Readonly<Record<string, string>>): Template;
}

let made: Promise<Artifacts> | undefined;

/** Made once for a whole run, by the journeys' setup; where they are not in the run, once for all files of a worker. */
export async function packageFunctions(): Promise<Packaged> {
  const given = inject('artifacts');
  made ??= given === undefined ? runPackage() : Promise.resolve(given);
  const artifacts = await made;
  const { text } = artifacts;
  return { ...artifacts, template: templateOf(text), templateWith: (parameters) => templateOf(text, parameters) };
}
