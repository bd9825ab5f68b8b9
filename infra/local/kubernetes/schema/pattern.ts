const compiled = new Map<string, RegExp>();

// Go's syntax (RE2) and ECMAScript differ in a few spellings only; these are the ones that CRDs use.
function translated(pattern: string): { readonly source: string; readonly flags: string } {
  const [head = '', letters = ''] = /^\(\?([imsU]+)\)/.exec(pattern) ?? [];
  const source = pattern
    .slice(head.length)
    .replaceAll('\\A', '^')
    .replaceAll('\\z', '$')
    .replaceAll('(?P<', '(?<')
    .replaceAll('[[:alpha:]]', '[A-Za-z]')
    .replaceAll('[[:alnum:]]', '[A-Za-z0-9]')
    .replaceAll('[[:digit:]]', '[0-9]');
  return { source, flags: letters.replaceAll('U', '') };
}

/** A regular expression in Go's syntax; throws SyntaxError when it is none. */
export function goPattern(pattern: string): RegExp {
  const found = compiled.get(pattern);
  if (found !== undefined) return found;
  const { source, flags } = translated(pattern);
  const made = regExp(source, flags);
  compiled.set(pattern, made);
  return made;
}

function regExp(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    return new RegExp(source, flags); // without `u`, escapes such as \- outside a class are allowed, as in Go
  }
}
