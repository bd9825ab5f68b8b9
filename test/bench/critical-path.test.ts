import { expect, it } from 'vitest';
import type { Call } from './calls.ts';
import { assertTaken, type Step, sumOf } from './critical-path.ts';

const steps: readonly Step[] = [
  { system: 'queue', text: 'auth', why: 'first' },
  { system: 'Kubernetes read', text: 'auth: get auth', why: 'needs the event' },
  { system: 'Kubernetes read', text: 'auth: get auth', why: 'once more' },
];
const sent: Call = { system: 'queue', text: 'auth', at: 1000 };
const read: Call = { system: 'Kubernetes read', text: 'auth: get auth', at: 1010 };

it('accepts a run that took every step, whatever it did beside', () => {
  expect(() => assertTaken(steps, [read, sent, { ...read, text: 'other' }, read, read])).not.toThrow();
});

it.each<{ run: string; calls: readonly Call[] }>([
  { run: 'took a step once where it is needed twice', calls: [sent, read] },
  { run: 'made such a call at another system', calls: [sent, read, { ...read, system: 'Konnect' }] },
])('refuses a run that $run', ({ calls }) => {
  expect(() => assertTaken(steps, calls)).toThrow('lacks a call "Kubernetes read: auth: get auth"');
});

it('sums one round trip a step', () => {
  const roundTrips = { 'Kubernetes read': 2, 'Kubernetes write': 3, Konnect: 52, 'Secrets Manager': 5, queue: 7 };

  expect(sumOf(steps, roundTrips)).toBe(11);
});
