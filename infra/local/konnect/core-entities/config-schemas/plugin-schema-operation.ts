import { json, ok, Refusal } from '../../answer.ts';
import { type Call, type Operation, param } from '../../operation.ts';
import { root } from '../operations.ts';
import { requirePlane } from '../place.ts';
import { describePlugin } from './describe.ts';
import { pluginSchema } from './plugins/registry.ts';

export const pluginSchemaOperation: Operation = {
  name: 'GetPluginSchema',
  method: 'GET',
  path: `${root}/schemas/plugins/:name`,
  family: 'core-entities',
  handle: (call) => ok(describePlugin(requireSchema(call))),
};

function requireSchema(call: Call) {
  requirePlane(call);
  const name = param(call, 'name');
  const schema = pluginSchema(name);
  if (schema !== undefined) return schema;
  const body = { code: 5, message: `no plugin-schema for '${name}'` };
  throw new Refusal({ status: 404, contentType: json, body });
}
