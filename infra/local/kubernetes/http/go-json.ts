/** JSON.parse whose errors read as those of Go's decoder; throws SyntaxError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(goText(text, error.message));
  }
}

// The engine names the wrong character or its position; past the end there is none.
function goText(text: string, message: string): string {
  const [, named] = /^Unexpected token '(.)'/u.exec(message) ?? [];
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  const character = named ?? (position === undefined ? undefined : text[Number(position)]);
  if (character === undefined) return 'unexpected end of JSON input';
  return `invalid character '${character}' looking for beginning of value`;
}
