import type { CoreMapping } from '../../engine/core-entity.ts';
import { formerAnnotation, inputsAnnotation } from '../../engine/names.ts';
import { findCondition, type KubernetesObject } from '../../engine/objects.ts';
import { recordedAccount } from '../../engine/ownership.ts';
import { placeOf } from '../../engine/place.ts';
import { adoptable } from '../adopt-fields.ts';
import type { Kind, Ref } from '../define.ts';
import { authRef } from '../konnect-api-auth-configuration/ref.ts';
import { isLost } from '../parent-ref.ts';

type Declared = Omit<Kind, 'lane' | 'mainCondition' | 'refs' | 'offers' | 'core'>;

/** What is the same for every kind that is an entity of a control plane: lane, condition, token, and what it offers. */
export function entityKind(
  declared: Declared & {
    /** The refs that lead to the control plane, directly or through another entity, the nearest first. */
    readonly parents: readonly Ref[];
    /** Absent where the kind has a controller of its own. */
    readonly mapping?: CoreMapping;
  },
): Kind {
  const { parents, mapping, ...own } = declared;
  return {
    ...own,
    schema: mapping === undefined ? own.schema : adoptable(own.schema),
    lane: 'entity',
    mainCondition: 'Programmed',
    refs: [...parents, ...parents.map(({ name }, index) => tokenThrough(name, index === parents.length - 1))],
    offers,
    ...(mapping === undefined
      ? {}
      : {
          core: mapping,
          notes: [...(own.notes ?? []), inputsAnnotation, formerAnnotation],
          // One entity can be adopted by one object alone.
          access: [...(own.access ?? []), { resource: own.resource, verbs: ['list'] as const }],
        }),
  };
}

/** The token is that of the control plane; its auth configuration need not be read for that. */
function tokenThrough(parent: string, last: boolean): Ref {
  const recorded = (object: KubernetesObject) => {
    const account = recordedAccount(object);
    return account === undefined ? [] : [account];
  };
  return { ...authRef(last ? recorded : () => [], { through: parent }), unread: true };
}

function offers(object: KubernetesObject): Readonly<Record<string, unknown>> {
  const place = placeOf(object);
  return {
    // The account is recorded before the entity exists: alone it is of use to nobody, and would wake everybody once more.
    ...(place === undefined ? {} : { ...place, account: recordedAccount(object) }),
    authValid: findCondition(object, 'APIAuthValid')?.status,
    deleting: object.metadata.deletionTimestamp !== undefined,
    lost: isLost(object),
  };
}
