import type { Run } from '../../engine/run.ts';
import { textAt } from '../fields.ts';
import { type Owned, writeConfigMap } from './owned.ts';
import { recordAnew, type Uploaded } from './plan.ts';

/**
 * Gives what is owned with the record of this control plane, where there is one. One that was lost since the certificate
 * was provisioned is made anew, and written before anything is uploaded or removed: tries that fail would otherwise leave
 * one more each time of what can not be told from the certificates of running data planes.
 */
export async function withRecord(
  run: Run,
  owned: Owned,
  known: {
    readonly controlPlane: string;
    readonly settings: Readonly<Record<string, string>>;
    readonly uploaded: readonly Uploaded[];
    readonly until: Date;
  },
): Promise<Owned> {
  if (owned.record?.controlPlane === known.controlPlane) return owned;
  // Before the status tells of it no data plane had a certificate: what is there was left by tries that failed.
  const provisioned = textAt(run.object.status, 'konnect', 'controlPlaneID') === known.controlPlane;
  const { controlPlane, settings, uploaded, until } = known;
  const record = provisioned ? recordAnew(controlPlane, owned.present, uploaded, until) : undefined;
  return record === undefined ? { ...owned, record } : writeConfigMap(run, owned, settings, record);
}
