type Labels = Readonly<Record<string, string>>;

/** @throws {Error} for a selector that nothing of ours asks with. */
export function selectedBy(labelSelector: string | undefined): (labels: Labels) => boolean {
  if (labelSelector === undefined) return () => true;
  if (/^![^=,]+$/.test(labelSelector)) return (labels) => !Object.hasOwn(labels, labelSelector.slice(1));
  if (/^[^!=,]+$/.test(labelSelector)) return (labels) => Object.hasOwn(labels, labelSelector);
  const [label = '', value, ...rest] = labelSelector.split('=');
  if (value !== undefined && rest.length === 0) return (labels) => labels[label] === value;
  throw new Error(`the cluster in memory knows no label selector but name=value, name and !name: ${labelSelector}`);
}
