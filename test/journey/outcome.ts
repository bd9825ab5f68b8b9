import { configMapResource, holdsForGeneration, isRecord, secretResource, statusOf } from '../../lib/engine/objects.ts';
import { textAt } from '../../lib/kinds/fields.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/**
 * What is left of the four manifests of `story`, without ids and names that differ from scene to scene: the same for
 * every way that leads there.
 */
export interface Outcome {
  /** Kinds of the objects that are done. */
  readonly done: readonly string[];
  readonly notDone: readonly string[];
  readonly planes: readonly string[];
  /** Certificates in Konnect, over all control planes. */
  readonly certificates: number;
  /** The certificate that data planes mount is one that Konnect knows, on the control plane of the extension's status. */
  readonly joined: boolean;
  readonly settings: readonly string[];
  /** Names of live secrets of the token store, without the namespace. */
  readonly tokens: readonly string[];
  /** Secrets and ConfigMaps in the namespace. */
  readonly owned: readonly string[];
}

export async function outcomeOf({ stack }: Stage, scene: Scene): Promise<Outcome> {
  const objects = await scene.objects();
  const isDone = (object: (typeof objects)[number]): boolean =>
    holdsForGeneration(object, kinds.find(({ resource }) => resource.kind === object.kind)?.mainCondition ?? '');
  const { namespace } = scene;
  const [secrets, configMaps] = await Promise.all(
    [secretResource, configMapResource].map((resource) => stack.admin.list(resource, { namespace })),
  );
  const planes = scene.planes();
  const extension = await scene.get('KonnectExtension', 'extension');
  const status = extension === undefined ? {} : statusOf(extension);
  const used = planes.find(({ id }) => id === textAt(status['konnect'], 'controlPlaneID'));
  const mounted = await scene.mounted(textAt(status['dataPlaneClientAuth'], 'certificateSecretRef', 'name') ?? 'none');
  const settings = await scene.configMap('konnect-extension-extension');
  return {
    done: objects.filter(isDone).map(({ kind }) => kind),
    notDone: objects.filter((object) => !isDone(object)).map(({ kind }) => kind),
    planes: planes.map(({ name }) => name),
    certificates: planes.flatMap(({ id }) => stack.konnect.certificates(id)).length,
    joined: used !== undefined && mounted !== undefined && scene.pinned(used.id).includes(mounted),
    settings: isRecord(settings) ? Object.keys(settings).sort() : [],
    tokens: stack.secrets
      .secrets()
      .filter(({ name, deletion }) => deletion === undefined && name.includes(`/${namespace}/`))
      .map(({ name }) => name.split('/').at(-1) ?? ''),
    owned: [...(secrets ?? []), ...(configMaps ?? [])].map(({ metadata }) => metadata.name).sort(),
  };
}

/** The outcome of the story where everything is well. */
export const converged: Outcome = {
  done: ['KonnectAPIAuthConfiguration', 'KonnectExtension', 'KonnectGatewayControlPlane'],
  notDone: [],
  planes: ['plane'],
  certificates: 1,
  joined: true,
  settings: [
    'KONG_CLUSTER_CERT',
    'KONG_CLUSTER_CERT_KEY',
    'KONG_CLUSTER_CONTROL_PLANE',
    'KONG_CLUSTER_MTLS',
    'KONG_CLUSTER_SERVER_NAME',
    'KONG_CLUSTER_TELEMETRY_ENDPOINT',
    'KONG_CLUSTER_TELEMETRY_SERVER_NAME',
    'KONG_KONNECT_MODE',
    'KONG_LUA_SSL_TRUSTED_CERTIFICATE',
    'KONG_ROLE',
    'KONG_VITALS',
  ],
  tokens: ['auth'],
  owned: ['konnect-extension-extension', 'konnect-extension-extension', 'token'],
};

/** The outcome where all of it was deleted, with the Secret that held the token. */
export const nothing: Outcome = {
  done: [],
  notDone: [],
  planes: [],
  certificates: 0,
  joined: false,
  settings: [],
  tokens: [],
  owned: [],
};
