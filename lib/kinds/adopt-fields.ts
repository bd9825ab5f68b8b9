import type { TSchema } from 'typebox';
import { once } from '../once.ts';
import { uuidPattern } from './ref-fields.ts';
import {
  type CelRule,
  celRule,
  enumOf,
  object,
  optional,
  propertiesOf,
  text,
  withProperties,
  withRules,
} from './schema.ts';

/* `spec.adopt`: an entity that exists comes under an object. */

function adopt() {
  return withRules(
    object('An entity in Konnect to take over, in place of making a new one. Fixed from the beginning.', {
      from: enumOf('Where the entity is.', ['konnect']),
      mode: optional(
        enumOf(
          'override: the entity becomes what the object says. match: nothing is written, and an entity that differs is refused. Absent means override, and match where Konnect lets nobody change the entity.',
          ['match', 'override'],
        ),
      ),
      konnect: object('The entity in Konnect.', { id: text('Id of the entity.', { pattern: uuidPattern }) }),
    }),
    celRule('self.from == oldSelf.from', 'spec.adopt.from is immutable'),
    celRule('self.konnect.id == oldSelf.konnect.id', 'spec.adopt.konnect.id is immutable'),
  );
}

/** The rule that `adoptable` adds to a spec. */
export const adoptFixed = celRule(
  'has(self.adopt) == has(oldSelf.adopt)',
  'spec.adopt cannot be added or removed after creation',
);

/** The rule for what Konnect lets nobody change, so that it can not become what an object says. */
export const adoptByMatchOnly = celRule(
  "!has(self.adopt) || !has(self.adopt.mode) || self.adopt.mode == 'match'",
  'spec.adopt.mode must be match: the entity can not be changed',
);

/**
 * The fields of a kind with `spec.adopt`, which Kong Gateway Operator 1.5 does not have yet and later versions do: what
 * was made by hand or by another tool can come under an object without being made again.
 */
export function adoptable(fields: () => TSchema, ...rules: readonly CelRule[]): () => TSchema {
  return once(() => {
    const { spec } = propertiesOf(fields());
    if (spec === undefined) throw new Error('a kind without a spec has no place for spec.adopt');
    const extended = withRules(withProperties(spec, { adopt: optional(adopt()) }), adoptFixed, ...rules);
    return withProperties(fields(), { spec: extended });
  });
}
