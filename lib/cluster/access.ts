import type { Sensitive } from '../sensitive.ts';

/** How to reach and convince one API server at this moment. */
export interface Access {
  /** `https://host[:port][/prefix]`, no trailing slash. */
  readonly server: string;
  readonly tls: {
    /** PEM bundle that the server's certificate must chain to; the system's roots where absent. */
    readonly ca?: string;
    /** Client certificate, PEM, with its key. */
    readonly cert?: string;
    readonly key?: Sensitive;
    /** The name that the server's certificate must carry, where it is not the URL's host. */
    readonly serverName?: string;
  };
  /** The value of the Authorization header; absent where the client certificate is the identity. */
  readonly authorization?: Sensitive;
  /** `Impersonate-User`, where the kubeconfig asks for it. */
  readonly impersonate?: string;
}

/** Gives the present access to a cluster; may answer from a cache. */
export interface Credentials {
  /**
   * @throws {Terminal} where what is configured can not work and a person must change it.
   */
  access(): Promise<Access>;
  /** Forgets what is cached: the API server answered 401. */
  refresh(): void;
}
