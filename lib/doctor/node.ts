import type { Finding } from './finding.ts';

const oldest = 24;

/** @param version as `process.versions.node` has it. */
export function checkNode(version: string): Finding {
  const check = 'node';
  const isNewEnough = Number(version.split('.')[0]) >= oldest;
  if (isNewEnough) return { check, state: 'fine', message: `Node ${version}` };
  return { check, state: 'wrong', message: `Node ${version} is too old`, fix: `install Node ${oldest} or newer` };
}
