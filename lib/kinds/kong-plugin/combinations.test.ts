import { describe, expect, it } from 'vitest';
import { combinationsOf, leftOut, type Subject } from './combinations.ts';

/** `route r`, or `route r @ other` for one of another control plane. */
function subject(text: string): Subject {
  const [role, name = '', , controlPlane = 'cp'] = text.split(' ');
  if (role !== 'service' && role !== 'route' && role !== 'consumer' && role !== 'consumerGroup') throw new Error(text);
  return { role, name, controlPlane };
}

function shown(subjects: readonly Subject[]): readonly string[] {
  return combinationsOf(subjects)
    .map(
      ({ controlPlane, targets }) =>
        `${controlPlane}: ${Object.entries(targets)
          .map((pair) => pair.join(' '))
          .join(' + ')}`,
    )
    .sort();
}

const cases = [
  { reason: 'nobody names the plugin', given: [], wanted: [] },
  {
    reason: 'a route and a service: never together, for a route is part of its service',
    given: ['route r', 'service s'],
    wanted: ['cp: route r', 'cp: service s'],
  },
  { reason: 'consumers alone', given: ['consumer a', 'consumer b'], wanted: ['cp: consumer a', 'cp: consumer b'] },
  { reason: 'groups alone', given: ['consumerGroup g'], wanted: ['cp: consumerGroup g'] },
  {
    reason: 'each consumer for each place',
    given: ['consumer a', 'consumer b', 'route r', 'service s'],
    wanted: [
      'cp: consumer a + route r',
      'cp: consumer a + service s',
      'cp: consumer b + route r',
      'cp: consumer b + service s',
    ],
  },
  {
    reason: 'each group for each place where there is no consumer',
    given: ['consumerGroup g', 'service s'],
    wanted: ['cp: consumerGroup g + service s'],
  },
  {
    reason: 'a consumer beside a group: the group does not count',
    given: ['consumer a', 'consumerGroup g', 'service s'],
    wanted: ['cp: consumer a + service s'],
  },
  {
    reason: 'control planes have nothing to do with each other',
    given: ['consumer a', 'service s @ other', 'consumerGroup g @ other'],
    wanted: ['cp: consumer a', 'other: consumerGroup g + service s'],
  },
];

describe('what annotations mean together', () => {
  it.each(cases)('$reason', ({ given, wanted }) => {
    expect(shown(given.map(subject))).toEqual(wanted);
  });

  it('names the groups that do not count', () => {
    const given = ['consumer a', 'consumerGroup g', 'consumerGroup h @ other'].map(subject);

    expect(leftOut(given).map(({ name }) => name)).toEqual(['g']);
  });
});
