import { configuration, flag, httpProtocols, type PluginSchema, texts } from '../config-schema.ts';

export const aclPlugin: PluginSchema = {
  name: 'acl',
  protocols: [...httpProtocols, 'ws', 'wss'],
  never: ['consumer', 'consumer_group'],
  config: configuration({
    allow: texts(),
    deny: texts(),
    hide_groups_header: flag(false),
    include_consumer_groups: flag(false),
    always_use_authenticated_groups: flag(false),
  }),
  checks: ({ allow, deny }) => {
    const fields = "'config.allow', 'config.deny'";
    if (allow === null && deny === null) return [`at least one of these fields must be non-empty: ${fields}`];
    return allow !== null && deny !== null ? [`only one of these fields must be non-empty: ${fields}`] : [];
  },
};
