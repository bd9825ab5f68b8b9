import type { Stack } from '../../infra/local/stack.ts';
import { sendAgain } from '../journey/events.ts';
import type { Rest } from '../journey/rest.ts';
import { callsOf, countBySystem, forgetCalls, isOurs, namespace } from './calls.ts';
import type { Figure } from './figure.ts';
import { gateway } from './gateway.ts';
import { carryOut } from './load.ts';

/** What one entity costs whose id we choose, everything that it refers to being there; then all events once more. */
export async function entityCostFigures(
  stack: Stack,
  { auth, rest }: { readonly auth: string; readonly rest: Rest },
): Promise<readonly Figure[]> {
  const [controlPlane, ...entities] = gateway('one-of-each', auth, { services: 1, routes: 1, consumers: 1 });
  if (controlPlane === undefined) throw new Error('a gateway begins with its control plane');
  await carryOut(stack, [controlPlane]);
  const costs: ReturnType<typeof countBySystem>[] = [];
  for (const entity of entities) {
    await rest();
    forgetCalls(stack);
    await carryOut(stack, [entity]);
    await rest();
    costs.push(countBySystem(callsOf(stack).filter(isOurs)));
  }
  forgetCalls(stack);
  const events = await sendAgain(stack, namespace);
  await rest();
  const again = countBySystem(callsOf(stack).filter(isOurs));
  const kinds = entities.map(({ kind }) => kind.singular).join(', ');
  const most = (system: 'konnect' | 'kubernetes') => Math.max(...costs.map((cost) => cost[system]));
  return [
    { what: `creating an entity (${kinds}): Konnect calls, at most`, value: most('konnect'), unit: 'calls', bar: 1 },
    { what: 'creating an entity: Kubernetes calls, at most', value: most('kubernetes'), unit: 'calls', bar: 4 },
    { what: `all ${events} events sent again: Konnect calls`, value: again.konnect, unit: 'calls', bar: 0 },
  ];
}
