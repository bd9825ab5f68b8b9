import { Terminal } from '../../engine/errors.ts';
import { display, type KubernetesObject, type ObjectKey } from '../../engine/objects.ts';
import type { ConditionFact, Judgement, Ref } from '../define.ts';
import { textAt } from '../fields.ts';
import { parentProblem } from '../parent-ref.ts';
import type { Fields } from './schema.ts';

type Role = 'service' | 'route' | 'consumer' | 'consumerGroup';

/** The plugin that is bound. It has no entity of its own, so it need not be in Konnect. */
export const pluginRef: Ref = {
  name: 'plugin',
  kind: 'KongPlugin',
  targets: ({ spec }) => (textAt(spec, 'pluginRef', 'kind') === 'KongClusterPlugin' ? [] : named(spec, 'pluginRef')),
  judge: (found, key) =>
    judgement('PluginRefValid', {
      problem: found === undefined ? `Referenced KongPlugin ${display(key)} does not exist` : undefined,
      valid: `Referenced KongPlugin ${display(key)} is valid`,
    }),
};

/** What the plugin looks at the requests of. Konnect deletes a plugin together with that, so nothing waits for a binding. */
export function targetRef(role: Role, kind: string): Ref {
  return {
    name: role,
    kind,
    holds: false,
    unset: { type: 'TargetRefsValid', status: 'True', reason: 'Valid', message: 'The plugin is for all requests' },
    targets: ({ spec }) => {
      const field = `${role}Ref`;
      const other = textAt(spec, 'targets', field, 'kind') ?? kind;
      return other === kind ? named(spec, 'targets', field) : [];
    },
    judge: (found, key) =>
      judgement('TargetRefsValid', {
        problem: parentProblem(kind, found, key),
        valid: 'What the plugin is for is programmed',
      }),
  };
}

/** The objects of other APIs that a binding may name are for ingress controllers. */
export function refuseOtherKinds({ spec }: Fields): void {
  const { serviceRef, routeRef } = spec.targets ?? {};
  const wrong = [
    ...(serviceRef === undefined || serviceRef.kind === 'KongService'
      ? []
      : [`service target kind ${serviceRef.kind}`]),
    ...(routeRef === undefined || routeRef.kind === 'KongRoute' ? [] : [`route target kind ${routeRef.kind}`]),
  ];
  if (wrong.length === 0) return;
  throw new Terminal(`unsupported ${wrong.join(' and ')}: Konnect knows KongService and KongRoute only`, {
    reason: 'UnsupportedTarget',
  });
}

/** The conditions where the binding can not be as it says: Konnect may have nothing of it any more, so neither may they. */
export function unusable(type: string, message: string): readonly ConditionFact[] {
  return [
    { type, status: 'False', reason: 'Invalid', message },
    { type: 'Programmed', status: 'False', reason: 'ConditionWithStatusFalseExists', message },
  ];
}

function judgement(
  type: string,
  { problem, valid }: { readonly problem: string | undefined; readonly valid: string },
): Judgement {
  if (problem !== undefined) return { usable: false, conditions: unusable(type, problem) };
  return { usable: true, conditions: [{ type, status: 'True', reason: 'Valid', message: valid }] };
}

function named(spec: KubernetesObject['spec'], ...path: readonly string[]): readonly ObjectKey[] {
  const name = textAt(spec, ...path, 'name');
  return name === undefined ? [] : [{ name }];
}
