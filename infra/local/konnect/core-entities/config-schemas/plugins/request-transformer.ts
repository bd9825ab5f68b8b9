import {
  configuration,
  httpProtocols,
  type ListField,
  type PluginSchema,
  type RecordField,
  text,
} from '../config-schema.ts';

const list: ListField = { type: 'array', required: true, default: [], elements: { type: 'string' } };
const places = { body: list, headers: list, querystring: list };
const change: RecordField = { type: 'record', required: true, fields: places };
const withValue = ['rename', 'replace', 'add', 'append'];

export const requestTransformerPlugin: PluginSchema = {
  name: 'request-transformer',
  protocols: httpProtocols,
  config: configuration({
    http_method: text,
    remove: change,
    rename: change,
    replace: { type: 'record', required: true, fields: { ...places, uri: text } },
    add: change,
    append: change,
  }),
  checks: (config) => withValue.flatMap((name) => withoutColon(config[name])),
};

/** An entry sets name and value apart by a colon. */
function withoutColon(record: unknown): readonly string[] {
  const lists = Object.values(typeof record === 'object' && record !== null ? record : {});
  const entries = lists.filter((items) => Array.isArray(items)).flat();
  return entries.filter((entry) => !/^[^:]+:.*$/.test(String(entry))).map((entry) => `invalid value: ${entry}`);
}
