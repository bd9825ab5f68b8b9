import { Environment } from '@marcbachmann/cel-js';
import { registerFormats } from './formats.ts';
import { registerLists } from './lists.ts';
import { registerTexts } from './texts.ts';
import { registerUrls } from './urls.ts';

function build(): Environment {
  const environment = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
    .registerVariable('self', 'dyn')
    .registerVariable('oldSelf', 'dyn');
  registerUrls(environment);
  registerTexts(environment);
  registerLists(environment);
  registerFormats(environment);
  return environment;
}

let shared: Environment | undefined;

/** CEL with the functions that Kubernetes adds; `self` and `oldSelf` are the only variables. */
export function celEnvironment(): Environment {
  shared ??= build();
  return shared;
}
