import { Option } from 'commander';
import { kinds } from '../kinds/registry.gen.ts';

/**
 * `--kind` of commands that invoke a function, with the names of all kinds. A wrong one is refused before anything is
 * invoked: Lambda would count it as an error of the function, which an alarm tells.
 */
export function kindOption(description: string): Option {
  return new Option('--kind <name>', description).choices(kinds.map(({ resource }) => resource.kind));
}
