import type { Manifest } from '../yaml-file.ts';
import { heapPercent } from './memory.ts';
import { forwarder, metadata, namespace, product, selector } from './names.ts';
import { lineSlot } from './slots.ts';
import { numberSlot, structureOf, valueSlot, whereSet } from './values.ts';

const component = 'forwarder';
export const httpPort = 8080;
/** Nobody of the distroless image; numbers, so that the kubelet can see that it is not root. */
const uid = 65532;

/** The namespace; the pods in it meet the strictest of the Pod Security Standards. */
export const namespaceManifest: Manifest = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: product,
    labels: {
      'app.kubernetes.io/part-of': product,
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    },
  },
};

export const serviceAccount: Manifest = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: metadata(forwarder, component, {
    namespace,
    annotations: whereSet('aws.roleArn', { 'eks.amazonaws.com/role-arn': valueSlot('aws.roleArn') }),
  }),
  // The pod asks for its token itself.
  automountServiceAccountToken: false,
};

/** What kustomize makes by its generator, so that the pods are replaced when it changes. */
export const configMap: Manifest = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(forwarder, component, { namespace }),
  data: {
    AWS_REGION: valueSlot('aws.region'),
    CLUSTER_NAME: valueSlot('clusterName'),
    DRAIN_SECONDS: valueSlot('drainSeconds'),
    LOG_LEVEL: valueSlot('logLevel'),
    QUEUE_URL_PREFIX: valueSlot('queueUrlPrefix'),
    WATCH_NAMESPACES: lineSlot('', '{{ join "," .Values.watchNamespaces | quote }}'),
  },
};

/** @param version The tag of the image, unless somebody says another. */
export function deployment(version: string): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(forwarder, component, { namespace }),
    spec: {
      replicas: numberSlot('replicas'),
      selector: { matchLabels: selector(component) },
      // The new pod has listed everything before an old one goes.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: {
          labels: selector(component),
          annotations: {
            'checksum/config': lineSlot(
              undefined,
              '{{ include (print $.Template.BasePath "/config.gen.yaml") . | sha256sum }}',
            ),
          },
        },
        spec: podSpec(version),
      },
    },
  };
}

function podSpec(version: string): Manifest {
  return {
    serviceAccountName: forwarder,
    automountServiceAccountToken: true,
    // Ten seconds beyond DRAIN_SECONDS: the process ends by itself.
    terminationGracePeriodSeconds: lineSlot(30, '{{ add .Values.drainSeconds 10 }}'),
    enableServiceLinks: false,
    priorityClassName: whereSet('priorityClassName', valueSlot('priorityClassName')),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: uid,
      // Owns the tokens that are mounted, IRSA's included.
      fsGroup: uid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      // A cluster with one node has to do as well.
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selector(component) },
    })),
    affinity: whereSet('affinity', structureOf('affinity')),
    nodeSelector: whereSet('nodeSelector', structureOf('nodeSelector')),
    tolerations: whereSet('tolerations', structureOf('tolerations')),
    imagePullSecrets: whereSet('imagePullSecrets', structureOf('imagePullSecrets')),
    containers: [container(version)],
  };
}

function container(version: string): Manifest {
  const probe = (path: string) => ({ httpGet: { path, port: 'http' }, timeoutSeconds: 5 });
  return {
    name: component,
    image: lineSlot(
      `${forwarder}:${version}`,
      '{{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}',
    ),
    imagePullPolicy: valueSlot('image.pullPolicy'),
    envFrom: [
      { configMapRef: { name: forwarder } },
      whereSet('aws.accessKeySecret', { secretRef: { name: valueSlot('aws.accessKeySecret') } }),
    ],
    env: [
      { name: 'HTTP_PORT', value: String(httpPort) },
      // Node gives its heap a quarter of the container's memory by itself, which would leave the rest unused.
      { name: 'NODE_OPTIONS', value: `--max-old-space-size-percentage=${heapPercent}` },
    ],
    ports: [{ name: 'http', containerPort: httpPort, protocol: 'TCP' }],
    livenessProbe: { ...probe('/healthz'), periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 5, failureThreshold: 3 },
    resources: structureOf('resources'),
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}
