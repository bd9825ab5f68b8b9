import { configMapResource, type Resource, secretResource } from '../../lib/engine/objects.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';

/** An object as a user writes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly [field: string]: unknown;
}

const konnect = 'konnect.konghq.com/v1alpha1';
const namespaceResource: Resource = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** The resource of a kind, ours or one that users write beside ours. */
export function resourceNamed(kind: string): Resource {
  const known = [...kinds.map(({ resource }) => resource), secretResource, configMapResource, namespaceResource];
  const found = known.find((resource) => resource.kind === kind);
  if (found === undefined) throw new Error(`no journey uses the kind ${kind}`);
  return found;
}

export const authKind = 'KonnectAPIAuthConfiguration';
export const controlPlaneKind = 'KonnectGatewayControlPlane';
export const extensionKind = 'KonnectExtension';

/** Says where the token is: in the object itself, or in a Secret. */
export function auth(
  name: string,
  where: { readonly serverURL?: string } & ({ readonly token: string } | { readonly secret: string }),
): Manifest {
  const serverURL = where.serverURL ?? 'us.api.konghq.com';
  const spec =
    'token' in where
      ? { type: 'token', token: where.token, serverURL }
      : { type: 'secretRef', secretRef: { name: where.secret }, serverURL };
  return { apiVersion: konnect, kind: authKind, metadata: { name }, spec };
}

export const credentialLabels: Readonly<Record<string, string>> = { 'konghq.com/credential': 'konnect' };

/** A Secret with the label that makes it one of Konnect. */
export function tokenSecret(name: string, data: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels: credentialLabels }, stringData: data };
}

export function controlPlane(name: string, spec: Readonly<Record<string, unknown>> = {}): Manifest {
  return {
    apiVersion: konnect,
    kind: controlPlaneKind,
    metadata: { name },
    spec: { name, konnect: { authRef: { name: 'auth' } }, ...spec },
  };
}

/** An extension of the control plane object of the same name, unless another is given. */
export function extension(
  name: string,
  options: {
    readonly controlPlane?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly clientAuth?: Readonly<Record<string, unknown>>;
  } = {},
): Manifest {
  const { controlPlane: target = name, labels, clientAuth } = options;
  return {
    apiVersion: konnect,
    kind: extensionKind,
    metadata: { name },
    spec: {
      ...(clientAuth === undefined ? {} : { clientAuth }),
      konnect: {
        controlPlane: { ref: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: target } } },
        ...(labels === undefined ? {} : { dataPlane: { labels } }),
      },
    },
  };
}

/** The four manifests of the story, for one token. */
export function story(token: string): readonly Manifest[] {
  return [
    auth('auth', { secret: 'token' }),
    tokenSecret('token', { token }),
    controlPlane('plane'),
    extension('extension', { controlPlane: 'plane' }),
  ];
}
