import { randomUUID } from 'node:crypto';
import type { CloudState } from './cloud-gateways/state.ts';
import { type IdSource, uuid } from './ids.ts';
import type { Region } from './region.ts';
import { createTable, type Table } from './table.ts';

export type ClusterType =
  | 'CLUSTER_TYPE_CONTROL_PLANE'
  | 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER'
  | 'CLUSTER_TYPE_CONTROL_PLANE_GROUP'
  | 'CLUSTER_TYPE_SERVERLESS'
  | 'CLUSTER_TYPE_SERVERLESS_V1'
  | 'CLUSTER_TYPE_KAFKA_NATIVE_EVENT_PROXY';

export interface ProxyUrl {
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
}

/** A control plane as the API answers it; times are RFC 3339. */
export interface ControlPlane {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly config: {
    readonly control_plane_endpoint: string;
    readonly telemetry_endpoint: string;
    readonly cluster_type: ClusterType;
    readonly auth_type: 'pinned_client_certs' | 'pki_client_certs';
    readonly cloud_gateway: boolean;
    readonly proxy_urls: readonly ProxyUrl[];
  };
  readonly created_at: string;
  readonly updated_at: string;
}

/** A pinned certificate of data planes; times are unix seconds. */
export interface DataPlaneCertificate {
  readonly id: string;
  readonly cert: string;
  readonly title?: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A core entity as the API answers it; times are unix seconds, unset optional fields are absent. Credentials lack `updated_at`. */
export interface Entity {
  readonly id: string;
  readonly created_at: number;
  readonly updated_at?: number;
  readonly [field: string]: unknown;
}

/** A control plane with all that lives inside it. `members` is used by groups only. */
export interface Plane {
  readonly organizationId: string;
  readonly region: Region;
  readonly builtIn: boolean;
  readonly controlPlane: ControlPlane;
  readonly members: readonly string[];
  readonly certificates: Table<DataPlaneCertificate>;
  readonly configuration: Configuration;
}

/** The core entities of a control plane by collection, and when any of them last changed (unix seconds). */
export interface Configuration {
  readonly tables: Map<string, Table<Entity>>;
  changedAt: number;
}

export type OrganizationState = 'active' | 'inactive' | 'deleting' | 'deleted';

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly state: OrganizationState;
  readonly createdAt: string;
}

/** What a token opens. `read` has a viewer's roles: every write is a 403. */
export interface Grant {
  readonly organizationId: string;
  readonly access: 'admin' | 'read';
}

/** All that outlives a restart. Tokens are kept by their SHA-256 only, so a printed state gives none away. */
export interface KonnectState {
  readonly ids: IdSource;
  readonly organizations: Map<string, Organization>;
  readonly grants: Map<string, Grant>;
  readonly planes: Table<Plane>;
  /** By organization. */
  readonly clouds: Map<string, CloudState>;
}

export function createState(seed: number | undefined): KonnectState {
  return {
    ids: { seed: seed === undefined ? randomUUID() : String(seed), count: 0 },
    organizations: new Map(),
    grants: new Map(),
    planes: createTable(),
    clouds: new Map(),
  };
}

export interface NewOrganization {
  readonly id: string;
  readonly name: string;
  readonly state?: OrganizationState;
}

export function addOrganization(state: KonnectState, { id, name, state: phase }: NewOrganization, now: Date): void {
  const createdAt = now.toISOString();
  state.organizations.set(id, { id, name, ownerId: uuid(state.ids), state: phase ?? 'active', createdAt });
}

/** The table of one entity type in one control plane, made on first use. */
export function entityTable(plane: Plane, collection: string): Table<Entity> {
  const { tables } = plane.configuration;
  const found = tables.get(collection);
  if (found !== undefined) return found;
  const made = createTable<Entity>();
  tables.set(collection, made);
  return made;
}
