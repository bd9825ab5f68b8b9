import type { ApiOperation } from './operations.ts';

/** A status that the documents do not declare and that is allowed all the same, with the reason. */
export interface Tolerance {
  readonly status: number;
  readonly methods?: readonly string[];
  readonly path: RegExp;
  readonly reason: string;
}

const coreEntities = /\/core-entities\//;
const notForCoreEntities = 'the document of the core entities declares hardly any refusal; clients observed this one';

export const toleratedStatuses: readonly Tolerance[] = [
  {
    status: 429,
    path: /./,
    reason: 'the gateway limits every API; the documents declare it for one identity call only',
  },
  { status: 400, path: coreEntities, reason: notForCoreEntities },
  { status: 401, path: coreEntities, reason: notForCoreEntities },
  { status: 403, path: coreEntities, reason: notForCoreEntities },
  { status: 404, path: coreEntities, reason: notForCoreEntities },
  { status: 400, path: /\/expected-config-hash$/, reason: 'the operation declares success only' },
  { status: 401, path: /\/expected-config-hash$/, reason: 'the operation declares success only' },
  { status: 404, path: /\/expected-config-hash$/, reason: 'the operation declares success only' },
  {
    status: 409,
    methods: ['PATCH'],
    path: /^\/v2\/control-planes\/[^/]+$/,
    reason: 'a rename to a name in use must fail; the document declares the conflict for the creation only',
  },
  {
    status: 400,
    methods: ['GET', 'DELETE'],
    path: /\/dp-client-certificates/,
    reason: 'an id of the control plane that is no UUID; the document declares 400 where there is a body only',
  },
];

/** Requests for which the documents have no operation, with the reason. */
export const toleratedPaths: readonly {
  readonly path: RegExp;
  readonly statuses: readonly number[];
  readonly reason: string;
}[] = [
  { path: /^\/v2\/organizations\/me$/, statuses: [200, 401], reason: 'the older form that decK still calls' },
  { path: /^\/konnect-api\/api\/runtime_groups$/, statuses: [200, 401], reason: 'how decK finds a control plane' },
  { path: /\/v1\/schemas\/json\/[^/]+$/, statuses: [200, 401, 404], reason: 'where decK gets the defaults' },
  { path: /./, statuses: [404], reason: 'what is in no document is a 404' },
];

/** Properties that the documents call nullable in words and not in the schema. */
export const nullableByDescription: readonly { readonly file: string; readonly pointer: readonly string[] }[] = [
  { file: 'control-planes-config-v2.yaml', pointer: ['components', 'schemas', 'PaginationNextResponse'] },
  { file: 'control-planes-config-v2.yaml', pointer: ['components', 'schemas', 'PaginationOffsetResponse'] },
];

/** Fields that the documents declare and the emulator refuses, by collection, with the reason. */
export const unservedFields: Readonly<Record<string, { readonly fields: readonly string[]; readonly reason: string }>> =
  {
    certificates: {
      fields: ['snis', 'vault', 'vault_alt', 'managed_by', 'description'],
      reason:
        'Konnect fails on `snis`; the others are a shorthand for references to vaults, never answered, that nobody here sends',
    },
  };

export function isToleratedStatus({ method }: ApiOperation, path: string, status: number): boolean {
  return toleratedStatuses.some(
    (tolerance) =>
      tolerance.status === status && (tolerance.methods?.includes(method) ?? true) && tolerance.path.test(path),
  );
}

export function isToleratedPath(path: string, status: number): boolean {
  return toleratedPaths.some((tolerance) => tolerance.path.test(path) && tolerance.statuses.includes(status));
}
