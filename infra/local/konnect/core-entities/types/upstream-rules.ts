import type { Body } from '../../schema.ts';

/** Sources of a hash that need a field beside them: `hash_on_header` for `hash_on: header`. */
const detailed = ['header', 'query_arg', 'uri_capture'];
const fallbacks = ['none', 'consumer', 'ip', 'header', 'cookie', 'path', 'query_arg', 'uri_capture'];

/** The rules across the fields of an upstream; defaults are filled in already. */
export function upstreamRules(fields: Body): readonly string[] {
  return [...missingDetails(fields), ...fallbackRules(fields), ...equalDetails(fields), ...stickyRules(fields)];
}

function missingDetails(fields: Body): readonly string[] {
  const roles = ['hash_on', 'hash_fallback'];
  const missing = roles
    .filter((role) => detailed.includes(String(fields[role])) && fields[`${role}_${fields[role]}`] === undefined)
    .map((role) => `when '${role}' is set to '${fields[role]}', '${role}_${fields[role]}' must be set`);
  const cookie = roles.some((role) => fields[role] === 'cookie') && fields['hash_on_cookie'] === undefined;
  return cookie
    ? [...missing, "when 'hash_on' or 'hash_fallback' is set to 'cookie', 'hash_on_cookie' must be set"]
    : missing;
}

/** Without a first source, or with a cookie that sets itself, nothing is left to fall back to; nor to the same source again. */
function fallbackRules({ hash_on: first, hash_fallback: second }: Body): readonly string[] {
  if (first === 'none' || first === 'cookie') {
    return second === 'none' ? [] : [`when 'hash_on' is set to '${first}', 'hash_fallback' must be set to 'none'`];
  }
  if (first !== second || detailed.includes(String(first))) return [];
  const others = fallbacks.filter((source) => source !== first).map((source) => `'${source}'`);
  return [`when 'hash_on' is set to '${first}', 'hash_fallback' must be set to one of ${others.join(', ')}`];
}

function equalDetails(fields: Body): readonly string[] {
  return detailed.flatMap((source) => {
    const [first, second] = [`hash_on_${source}`, `hash_fallback_${source}`];
    const equal = fields[first] !== undefined && fields[first] === fields[second];
    return equal ? [`'${second}' must not be equal to '${first}'`] : [];
  });
}

function stickyRules({ algorithm, sticky_sessions_cookie: cookie }: Body): readonly string[] {
  return algorithm === 'sticky-sessions' && cookie === undefined
    ? ["when 'algorithm' is set to 'sticky-sessions', 'sticky_sessions_cookie' must be set"]
    : [];
}
