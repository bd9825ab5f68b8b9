import type { Manifest } from '../yaml-file.ts';
import { forwarder, metadata, namespace, selector } from './names.ts';
import { httpPort } from './workload.ts';

const component = 'forwarder';
const common = metadata(forwarder, component, { namespace });

export const service: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: common,
  spec: {
    // Each pod has metrics of its own.
    clusterIP: 'None',
    selector: selector(component),
    ports: [{ name: 'http', port: httpPort, targetPort: 'http', protocol: 'TCP' }],
  },
};

export const podDisruptionBudget: Manifest = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: common,
  spec: {
    maxUnavailable: 1,
    selector: { matchLabels: selector(component) },
    // While SQS is away no pod is ready, and nodes have to be drained all the same.
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  },
};

const tcp = (port: number) => ({ protocol: 'TCP', port });

export const networkPolicy: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: common,
  spec: {
    podSelector: { matchLabels: selector(component) },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [tcp(httpPort)] }],
    egress: [
      { ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
      // SQS and STS, and the API server, whose own port is what counts behind its Service.
      { ports: [tcp(443), tcp(6443)] },
      // The agent of EKS Pod Identity.
      {
        to: ['169.254.170.23/32', 'fd00:ec2::23/128'].map((cidr) => ({ ipBlock: { cidr } })),
        ports: [tcp(80)],
      },
    ],
  },
};

export const serviceMonitor: Manifest = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: common,
  spec: {
    selector: { matchLabels: selector(component) },
    endpoints: [{ port: 'http', path: '/metrics', interval: '30s' }],
  },
};
