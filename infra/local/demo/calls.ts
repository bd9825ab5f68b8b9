import type { Stack } from '../stack.ts';

/** How often each operation of a system was called, by system. */
export type Calls = Readonly<Record<string, Readonly<Record<string, number>>>>;

const wholesale = ['list', 'watch'];

/** The calls that each system has received until now. */
export function callsUntilNow(stack: Stack): Calls {
  const kubernetes = stack.kubernetes?.requests.filter(({ user }) => user.startsWith('konnect-reconciler')) ?? [];
  return {
    Konnect: tally(stack.konnect.requests, ({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/g, '{id}')}`),
    Kubernetes: tally(kubernetes, ({ verb, resource, subresource }) =>
      // The forwarder asks for each kind when it starts: names of all of them would drown the rest.
      wholesale.includes(verb) ? verb : `${verb} ${resource}${subresource ? `/${subresource}` : ''}`,
    ),
    'Secrets Manager': tally(stack.secrets.requests, ({ operation }) => operation),
    SQS: stack.queues.counts(),
  };
}

/** The calls between two moments, as lines. */
export function callLines(before: Calls, after: Calls): string {
  const lines = Object.entries(after).map(([system, counts]) => {
    const since = Object.entries(counts)
      .map(([what, count]) => ({ what, count: count - (before[system]?.[what] ?? 0) }))
      .filter(({ count }) => count > 0);
    const sum = since.reduce((total, { count }) => total + count, 0);
    const each = since.map(({ what, count }) => `${count} × ${what}`).join(', ');
    return `  ${system.padEnd(16)} ${String(sum).padStart(3)}   ${each}`;
  });
  return ['Calls:', ...lines].join('\n');
}

function tally<Item>(items: readonly Item[], name: (item: Item) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1;
  return counts;
}
