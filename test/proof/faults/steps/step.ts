import type { KubernetesObject } from '../../../../lib/engine/objects.ts';
import type { Kind } from '../../../../lib/kinds/define.ts';
import type { World } from '../../../world.ts';
import type { Courier } from '../courier.ts';
import type { Trouble } from '../wire.ts';

/** One change of a world by somebody; the functions then do what it asks for. */
export interface Step {
  readonly operation: string;
  /** Which of its calls are struck: all unless said. False: it only leads to the next step, so that nothing goes wrong. */
  readonly tried?: false | ((call: string) => boolean);
  /** Steps of one such name lead back to where they began, so that a life goes on alike without them. */
  readonly detour?: string;
  /** What is refused in it is no failure. */
  readonly refused?: true;
  /** False: the functions do not learn of it before the next step. */
  readonly told?: false;
  /** What goes wrong all the time. */
  readonly trouble?: Trouble;
  /** The events of it are given up, each with a dead letter. */
  readonly givesUp?: true;
  /** By design, only a drift check makes good a wake-up that is lost in it. */
  readonly netted?: true;
  act(): Promise<void>;
}

/** What the steps of a kind are made of. */
export interface Setting {
  readonly world: World;
  readonly courier: Courier;
  readonly kind: Kind;
  /** The kind's own objects, as YAML. */
  readonly own: string;
  /** An object that needs one of the kind's, where there is one in the examples. */
  readonly referrer: KubernetesObject | undefined;
}

/** How the objects of a kind come and go. */
export interface Ends {
  readonly create: Step;
  readonly remove: Step;
}

/** The same, where they are but the frame of what is tried. */
export function framed({ create, remove }: Ends, about: string, steps: readonly Step[]): readonly Step[] {
  return [
    { ...create, operation: `create-${about}`, tried: false },
    ...steps,
    { ...remove, operation: `delete-${about}`, tried: false },
  ];
}
