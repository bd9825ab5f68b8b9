import { kinds } from '../../lib/kinds/registry.gen.ts';
import { faultsOf } from './faults/suite.ts';

/* Two files go on side by side, where there are two processors; this has every other kind. */
faultsOf(
  'one half of the kinds',
  kinds.filter((_, index) => index % 2 === 0),
);
