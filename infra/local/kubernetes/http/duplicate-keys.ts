interface Frame {
  readonly path: string;
  readonly keys: Set<string> | undefined;
  index: number;
  key: string;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The paths of keys that an object of a JSON text holds twice. The text must be valid JSON. */
export function duplicateKeys(text: string): readonly string[] {
  const found: string[] = [];
  const stack: Frame[] = [];
  let previous = '';
  for (const [part] of text.matchAll(token)) {
    const top = stack.at(-1);
    if (part === '{' || part === '[') stack.push(frame(part, top));
    else if (part === '}' || part === ']') stack.pop();
    else if (part === ',' && top !== undefined) top.index += 1;
    else if (part.startsWith('"') && top?.keys !== undefined && (previous === '{' || previous === ',')) {
      top.key = String(JSON.parse(part));
      if (top.keys.has(top.key)) found.push(inner(top));
      top.keys.add(top.key);
    }
    previous = part;
  }
  return found;
}

function frame(part: string, parent: Frame | undefined): Frame {
  const path = parent === undefined ? '' : inner(parent);
  return { path, keys: part === '{' ? new Set() : undefined, index: 0, key: '' };
}

function inner(frame: Frame): string {
  if (frame.keys === undefined) return `${frame.path}[${frame.index}]`;
  return frame.path === '' ? frame.key : `${frame.path}.${frame.key}`;
}
