import { ClusterError } from '../engine/errors.ts';
import { projectName } from '../engine/names.ts';
import { display, isRecord, type KubernetesObject, type Resource } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import type { Direction } from './finalizers.ts';

const deployments: Resource = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};
const leases: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** Of Kong's operator, whatever its Deployment is called. */
const leaseName = 'a7feedc84.konghq.com';
/** A leader that stopped keeps its lease; one that runs renews it every few seconds. */
const leaseSeconds = 60;

/**
 * Who still writes to the objects that are to be given away: Kong's operator, or our forwarder. Told in sentences.
 * @throws {ClusterError} where the cluster does not tell, so that nothing is taken for stopped that nobody saw.
 */
export async function runningControllers(
  cluster: Pick<Cluster, 'list'>,
  direction: Direction,
  now: Date,
): Promise<readonly string[]> {
  const all = await cluster.list(deployments);
  if (direction === 'back') return all.filter(isForwarder).filter(isScaledUp).map(running);
  const operators = all.filter(isKongOperator);
  const found = operators.filter((one) => isScaledUp(one) && !isKonnectOff(one)).map(running);
  // Where its Deployment is known that one tells more: with its Konnect controllers off the lease is renewed as well.
  if (operators.length > 0) return found;
  return (await listIfServed(cluster, leases)).filter((lease) => isRenewed(lease, now)).map(leading);
}

async function listIfServed(cluster: Pick<Cluster, 'list'>, resource: Resource): Promise<readonly KubernetesObject[]> {
  try {
    return await cluster.list(resource);
  } catch (error) {
    if (error instanceof ClusterError && error.status === 404) return [];
    throw error;
  }
}

function running({ metadata }: KubernetesObject): string {
  const { namespace = '', name } = metadata;
  return `Deployment ${display(metadata)} runs: stop it with \`kubectl -n ${namespace} scale deployment ${name} --replicas=0\``;
}

function leading({ metadata }: KubernetesObject): string {
  return `the Lease ${display(metadata)} was renewed within the last minute: Kong's operator runs, or did until just now. Stop it, or wait a minute`;
}

function isRenewed({ metadata, spec }: KubernetesObject, now: Date): boolean {
  const renewed = isRecord(spec) ? spec['renewTime'] : undefined;
  const age = now.getTime() - new Date(typeof renewed === 'string' ? renewed : 0).getTime();
  return metadata.name === leaseName && age < leaseSeconds * 1000;
}

function isForwarder({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.['app.kubernetes.io/name'] === projectName;
}

function isScaledUp({ spec, status }: KubernetesObject): boolean {
  const wanted = isRecord(spec) ? spec['replicas'] : undefined;
  // Pods that are on their way out may still write.
  const present = isRecord(status) ? status['replicas'] : undefined;
  return wanted !== 0 || (typeof present === 'number' && present > 0);
}

function isKongOperator(deployment: KubernetesObject): boolean {
  return containersOf(deployment).some(({ image }) =>
    /(?:^|\/)(?:gateway|kong)-operator(?:-oss)?(?:[:@]|$)/.test(String(image)),
  );
}

/** Only where it says so: what it does when nothing is said differs between its versions. */
function isKonnectOff(deployment: KubernetesObject): boolean {
  return containersOf(deployment).some(({ args, env }) => {
    const flags = Array.isArray(args) ? args.map(String) : [];
    const variables = Array.isArray(env) ? env.filter(isRecord) : [];
    return (
      flags.some((flag) => /^--?enable-controller-konnect=false$/.test(flag)) ||
      variables.some(
        ({ name, value }) =>
          /^(?:GATEWAY|KONG)_OPERATOR_ENABLE_CONTROLLER_KONNECT$/.test(String(name)) && value === 'false',
      )
    );
  });
}

function containersOf({ spec }: KubernetesObject): readonly Readonly<Record<string, unknown>>[] {
  const template = isRecord(spec) ? spec['template'] : undefined;
  const pod = isRecord(template) ? template['spec'] : undefined;
  const containers = isRecord(pod) ? pod['containers'] : undefined;
  return Array.isArray(containers) ? containers.filter(isRecord) : [];
}
