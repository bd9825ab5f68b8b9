/** Makes a value when it is first asked for: a function starts with 25 kinds and looks at a few. */
export function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
