import type { Column, Kind } from './define.ts';

/* How a cluster serves a kind: under which names, and with which columns `kubectl get` prints it. */

export type Served = Pick<Kind, 'resource' | 'singular' | 'shortNames' | 'categories' | 'columns'>;

interface ServedOptions extends Pick<Served, 'columns' | 'shortNames'> {
  /** `v1alpha1` where absent. */
  readonly version?: string;
  /** The kind is one of Kong's ingress controller too. */
  readonly ingress?: true;
  readonly scope?: 'Cluster';
}

/** A kind whose entity lives under a control plane. Its plural is regular. */
export function configurationKind(kind: string, options: ServedOptions): Served {
  return servedKind('configuration.konghq.com', kind, options);
}

/** A kind whose entity lives beside control planes. Its plural is regular. */
export function konnectKind(kind: string, options: ServedOptions): Served {
  return servedKind('konnect.konghq.com', kind, options);
}

function servedKind(group: string, kind: string, options: ServedOptions): Served {
  const singular = kind.toLowerCase();
  const { version = 'v1alpha1', columns, shortNames } = options;
  return {
    resource: { group, version, kind, plural: `${singular}s`, namespaced: options.scope !== 'Cluster' },
    singular,
    ...(shortNames === undefined ? {} : { shortNames }),
    categories: options.ingress ? ['kong-ingress-controller', 'kong'] : ['kong'],
    columns,
  };
}

export const programmedColumn: Column = {
  name: 'Programmed',
  type: 'string',
  jsonPath: `.status.conditions[?(@.type=='Programmed')].status`,
  description: 'Whether Konnect has the entity as the object describes it.',
};

/** For the kinds of the ingress controller, whose CRDs quote the other way; CRDs are compared to the letter. */
export const ingressProgrammedColumn: Column = {
  ...programmedColumn,
  jsonPath: '.status.conditions[?(@.type=="Programmed")].status',
};

export const ageColumn: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'How long the object has existed.',
};

export const idColumn: Column = {
  name: 'ID',
  type: 'string',
  jsonPath: '.status.id',
  description: 'Id of the entity in Konnect.',
};

export const organizationColumn: Column = {
  name: 'OrgID',
  type: 'string',
  jsonPath: '.status.organizationID',
  description: 'Id of the Konnect organization that holds the entity.',
};
