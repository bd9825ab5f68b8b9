import { type FieldError, invalidField, tooLong } from '../../field-errors.ts';
import { objectOf } from '../../json.ts';
import type { KubernetesObject } from '../../object.ts';
import type { Oddities } from '../built-in-rules.ts';
import { dataKeyErrors } from './data-keys.ts';
import { immutableErrors } from './secret.ts';

const sizeLimit = 1024 * 1024;

function check(object: KubernetesObject): readonly FieldError[] {
  const data = objectOf(object['data']);
  const binary = objectOf(object['binaryData']);
  const texts = Object.values(data).reduce<number>((sum, value) => sum + Buffer.byteLength(String(value)), 0);
  const size = Object.values(binary).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(String(value), 'base64'),
    texts,
  );
  const twice = Object.keys(data).filter((key) => Object.hasOwn(binary, key));
  return [
    ...dataKeyErrors(data, 'data'),
    ...twice.map((key) => invalidField(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...dataKeyErrors(binary, 'binaryData'),
    ...(size > sizeLimit ? [tooLong('', sizeLimit)] : []),
  ];
}

/** Config maps. */
export const configMap: Oddities = {
  check,
  checkUpdate: (object, old) => immutableErrors(object, old, ['data', 'binaryData']),
};
