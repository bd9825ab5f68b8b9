/** JSON.parse whose errors read as those of Go's decoder; throws SyntaxError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(goText(text, error.message));
  }
}

// The engine tells the position of the first wrong character, or that the text ended too early.
function goText(text: string, message: string): string {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  const place = position === undefined ? text.length : Number(position);
  const character = text[place];
  if (character === undefined || /end of JSON/.test(message)) return 'unexpected end of JSON input';
  return `invalid character '${character}' looking for beginning of value`;
}
