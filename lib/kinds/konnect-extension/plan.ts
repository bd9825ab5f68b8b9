import type { Certificate } from './certificate.ts';

/** One entry among the certificates that Konnect has for a control plane. */
export interface Uploaded {
  readonly id: string;
  readonly fingerprint: string | undefined;
  /** True where its title carries the uid of the extension. Others are never touched. */
  readonly ours: boolean;
  /** The uid in its title, where that is one of ours. */
  readonly owner?: string | undefined;
}

/** A certificate that was replaced, and since when: it stays until its grace is over. */
export interface Replaced {
  readonly fingerprint: string;
  readonly until: string;
}

/** What is remembered between two runs, on the ConfigMap. */
export interface CertificateRecord {
  readonly controlPlane: string;
  readonly fingerprint: string;
  readonly replaced: readonly Replaced[];
}

export interface CertificatePlan {
  readonly upload: boolean;
  readonly remove: readonly string[];
  readonly record: CertificateRecord;
}

/**
 * Decides what Konnect's certificates of a control plane need: the current one once under our title, replaced ones until
 * their grace is over, and none else of ours. Pure.
 */
export function planCertificates(input: {
  readonly controlPlane: string;
  readonly current: Pick<Certificate, 'fingerprint'>;
  readonly uploaded: readonly Uploaded[];
  readonly replaced: readonly Replaced[];
  readonly now: Date;
}): CertificatePlan {
  const { fingerprint } = input.current;
  const replaced = input.replaced.filter((one) => new Date(one.until) > input.now && one.fingerprint !== fingerprint);
  const wanted = new Set([fingerprint, ...replaced.map((one) => one.fingerprint)]);
  const kept = new Set<string>();
  const remove: string[] = [];
  for (const { id, fingerprint: found, ours } of input.uploaded) {
    if (!ours) continue;
    // A lost reply can leave the same certificate twice; one entry is enough.
    if (found === undefined || !wanted.has(found) || kept.has(found)) remove.push(id);
    else kept.add(found);
  }
  return {
    upload: !kept.has(fingerprint),
    remove,
    record: { controlPlane: input.controlPlane, fingerprint, replaced },
  };
}

/**
 * The certificates to keep for a while when `next` takes the place of what was recorded, and of what is in the Secret:
 * data planes may run with either.
 */
export function replacedBy(
  record: CertificateRecord | undefined,
  present: Pick<Certificate, 'fingerprint'> | undefined,
  next: Pick<Certificate, 'fingerprint'>,
  until: Date,
): readonly Replaced[] {
  const before = (record?.replaced ?? []).filter((one) => one.fingerprint !== next.fingerprint);
  const known = [next.fingerprint, ...before.map(({ fingerprint }) => fingerprint)];
  const leaving = new Set([record?.fingerprint, present?.fingerprint].filter((one) => one !== undefined));
  const added = [...leaving].filter((one) => !known.includes(one));
  return [...before, ...added.map((fingerprint) => ({ fingerprint, until: until.toISOString() }))];
}

/**
 * The record to go on with where it was lost: data planes may run with any certificate of ours, so that all but the one in
 * use count as replaced just now. Undefined where there are no others. Where Konnect does not have the Secret's, another
 * stands for the one in use: a record says nothing of what was not uploaded yet.
 */
export function recordAnew(
  controlPlane: string,
  present: Pick<Certificate, 'fingerprint'> | undefined,
  uploaded: readonly Uploaded[],
  until: Date,
): CertificateRecord | undefined {
  const known = uploaded.flatMap((one) => (one.ours && one.fingerprint !== undefined ? [one.fingerprint] : []));
  const others = [...new Set(known)].filter((one) => one !== present?.fingerprint);
  const fingerprint = known.find((one) => one === present?.fingerprint) ?? others.at(-1);
  if (others.length === 0 || fingerprint === undefined) return undefined;
  const replaced = others.filter((one) => one !== fingerprint);
  return {
    controlPlane,
    fingerprint,
    replaced: replaced.map((one) => ({ fingerprint: one, until: until.toISOString() })),
  };
}

/** True where a replaced certificate's grace is over and it is still recorded. */
export function hasExpired(record: CertificateRecord, now: Date): boolean {
  return record.replaced.some(({ until }) => new Date(until) <= now);
}

/** Reads what `JSON.stringify` of a record wrote; undefined for anything else. */
export function parseRecord(text: string | undefined): CertificateRecord | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isCertificateRecord(value) ? value : undefined;
  } catch {
    // Somebody edited the annotation: everything is looked at anew.
    return undefined;
  }
}

function isCertificateRecord(value: unknown): value is CertificateRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { controlPlane, fingerprint, replaced } = value as Partial<CertificateRecord>;
  return (
    typeof controlPlane === 'string' &&
    typeof fingerprint === 'string' &&
    Array.isArray(replaced) &&
    replaced.every((one: Partial<Replaced>) => typeof one?.fingerprint === 'string' && typeof one.until === 'string')
  );
}
