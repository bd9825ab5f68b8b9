import { isRecord, type KubernetesObject } from '../../engine/objects.ts';
import { textAt } from '../fields.ts';

/** A key of a Secret in the plugin's namespace. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** The Secrets that a plugin's configuration is read from; an object that nobody has checked may be asked. */
export function secretsOf(plugin: KubernetesObject): readonly SecretKey[] {
  const patches: unknown = plugin['configPatches'];
  const sources: readonly unknown[] = [
    plugin['configFrom'],
    ...(Array.isArray(patches)
      ? patches.map((patch: unknown) => (isRecord(patch) ? patch['valueFrom'] : undefined))
      : []),
  ];
  return sources.flatMap((source) => {
    const name = textAt(source, 'secretKeyRef', 'name');
    const key = textAt(source, 'secretKeyRef', 'key');
    return name === undefined || key === undefined ? [] : [{ name, key }];
  });
}
