import type { Sensitive } from '../sensitive.ts';
import type { KubernetesObject, ObjectKey, Resource } from './objects.ts';

/** One Kubernetes cluster. Every method throws `ClusterError` for an answer that is no success, or for none. */
export interface Cluster {
  /** The name under which this deployment knows the cluster. */
  readonly name: string;
  /** The object, or undefined where there is none (404 only; a missing CRD is a ClusterError). */
  get(resource: Resource, key: ObjectKey): Promise<KubernetesObject | undefined>;
  /** All objects, following `continue`; in every namespace where `namespace` is absent. */
  list(resource: Resource, options?: ListOptions): Promise<readonly KubernetesObject[]>;
  create(resource: Resource, object: NewObject): Promise<KubernetesObject>;
  /**
   * Merge patch (RFC 7386). With `metadata.resourceVersion` in the patch the API server refuses (409) when the object
   * changed since. `subresource: 'status'` patches the status only.
   */
  patch(
    resource: Resource,
    key: ObjectKey,
    patch: Readonly<Record<string, unknown>>,
    options?: { readonly subresource?: 'status' },
  ): Promise<KubernetesObject>;
  /** Deletes; an object that is gone already is a success. `uid` is a precondition. */
  delete(resource: Resource, key: ObjectKey, options?: { readonly uid?: string }): Promise<void>;
}

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
}

export interface NewObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: KubernetesObject['metadata']['ownerReferences'];
  };
  readonly [field: string]: unknown;
}

/** Who calls Konnect, and where: what the token store keeps for one auth configuration. */
export interface Account {
  readonly token: Sensitive;
  /** Normalised: `https://<host>[:port]`, no trailing slash. */
  readonly serverURL: string;
  /** The organisation that the token belongs to; the rate budget is shared by organisation. Absent before it is known. */
  readonly organizationId?: string;
}

export interface KonnectCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with every segment already encoded (see `pathOf`), such as `/v2/control-planes/<id>`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Texts of the body that no error may quote, beside those whose field is named like a secret. */
  readonly secrets?: readonly string[];
  /** `global` sends the call to the global host of the account's domain (identity, cloud gateways). Default: regional. */
  readonly host?: 'regional' | 'global';
}

/** The Konnect API. Every method throws `KonnectError`. */
export interface Konnect {
  /** The parsed JSON body; undefined for 204. Never retried when a second try could do harm. */
  call(account: Account, call: KonnectCall): Promise<unknown>;
  /** All items of a list, page by page, whatever paging style the path has. */
  list(account: Account, call: Pick<KonnectCall, 'path' | 'query' | 'host'>): AsyncIterable<unknown>;
}

/** Names the token of one auth configuration. */
export interface TokenKey {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

export interface StoredToken {
  readonly token: Sensitive;
  readonly serverURL: string;
  readonly organizationId: string;
  /** When the token was last seen to work, RFC 3339. */
  readonly checkedAt: string;
}

/** The token store (AWS Secrets Manager). Reads may come from a short-lived cache. Failures of the store throw `Retry`. */
export interface Tokens {
  read(key: TokenKey): Promise<StoredToken | undefined>;
  /** Forgets what the cache knows, so that the next `read` sees a rotated token. */
  refresh(key: TokenKey): void;
  /** Stores, and writes nothing when token, server URL and organisation are as stored. */
  keep(key: TokenKey, stored: StoredToken): Promise<void>;
  /** Schedules deletion with a recovery window; a token that is gone already is a success. */
  forget(key: TokenKey): Promise<void>;
  /**
   * The value of a user's own secret by ARN, for an object of `reader`'s namespace; undefined where there is none. Access
   * refused is a `Terminal`, and so is a secret of this store itself, or one whose tags do not allow that namespace.
   */
  reveal(arn: string, reader: { readonly cluster: string; readonly namespace: string }): Promise<Sensitive | undefined>;
}

/** The present moment; a port, so that time can be chosen in tests. */
export interface Clock {
  now(): Date;
}

export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
