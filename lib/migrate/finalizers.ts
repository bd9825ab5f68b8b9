import { finalizer, kongOperatorFinalizer, kongPluginFinalizer } from '../engine/names.ts';

/** Where objects go: to this project, or back to Kong's operator. */
export type Direction = 'here' | 'back';

/** What Kong Gateway Operator 1.5 puts on objects of our kinds, and on the Secrets of their certificates. */
const kongFinalizers: readonly string[] = [
  kongOperatorFinalizer,
  'gateway.konghq.com/cleanup-plugin-binding',
  kongPluginFinalizer,
  'gateway.konghq.com/secret-in-use',
  'gateway-operator.konghq.com/extension-in-use',
];

/** The finalizers of whoever gives the objects away; nothing holds them any more once these are gone. */
export function leaving(direction: Direction): readonly string[] {
  return direction === 'here' ? kongFinalizers : [finalizer];
}
