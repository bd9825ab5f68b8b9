import { kinds } from '../../lib/kinds/registry.gen.ts';
import { faultsOf } from './faults/suite.ts';

/* The kinds that `faults.proof.ts` leaves. */
faultsOf(
  'the other half of the kinds',
  kinds.filter((_, index) => index % 2 === 1),
);
