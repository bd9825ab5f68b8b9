import type { ControlPlaneFacts } from '../konnect-gateway-control-plane/ref.ts';

/** Where the certificate Secret is to be mounted. */
export const certificateMount = '/etc/secrets/kong-cluster-cert';

const kicType = 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER';

export function isKic({ clusterType }: Pick<ControlPlaneFacts, 'clusterType'>): boolean {
  return clusterType === kicType;
}

/**
 * The settings with which a Kong Gateway joins the control plane, by environment variable. For a control plane of the KIC
 * type also those of the ingress controller. Names and values are those that Kong's operator gives its own data planes.
 */
export function gatewayEnvironment(
  facts: ControlPlaneFacts,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const telemetry = hostOf(facts.endpoints.telemetry);
  const common = {
    KONG_CLUSTER_MTLS: 'pki',
    KONG_CLUSTER_TELEMETRY_ENDPOINT: `${telemetry}:443`,
    KONG_CLUSTER_TELEMETRY_SERVER_NAME: telemetry,
    KONG_CLUSTER_CERT: `${certificateMount}/tls.crt`,
    KONG_CLUSTER_CERT_KEY: `${certificateMount}/tls.key`,
    KONG_LUA_SSL_TRUSTED_CERTIFICATE: 'system',
    KONG_KONNECT_MODE: 'on',
    KONG_VITALS: 'off',
    ...(Object.keys(labels).length === 0 ? {} : { KONG_CLUSTER_DP_LABELS: dataPlaneLabels(labels) }),
  };
  return isKic(facts)
    ? { ...common, KONG_ROLE: 'traditional', ...controllerEnvironment(facts) }
    : { ...common, ...hybrid(facts) };
}

function hybrid(facts: ControlPlaneFacts): Readonly<Record<string, string>> {
  const host = hostOf(facts.endpoints.controlPlane);
  return { KONG_ROLE: 'data_plane', KONG_CLUSTER_CONTROL_PLANE: `${host}:443`, KONG_CLUSTER_SERVER_NAME: host };
}

function controllerEnvironment(facts: ControlPlaneFacts): Readonly<Record<string, string>> {
  return {
    CONTROLLER_KONNECT_ADDRESS: kicAddress(facts.endpoints.controlPlane),
    CONTROLLER_KONNECT_CONTROL_PLANE_ID: facts.id,
    CONTROLLER_KONNECT_SYNC_ENABLED: 'true',
    CONTROLLER_KONNECT_LICENSING_ENABLED: 'true',
    CONTROLLER_FEATURE_GATES: 'FillIDs=true',
    CONTROLLER_KONNECT_TLS_CLIENT_CERT_FILE: `${certificateMount}/tls.crt`,
    CONTROLLER_KONNECT_TLS_CLIENT_KEY_FILE: `${certificateMount}/tls.key`,
  };
}

/** `https://<prefix>.us.cp0.konghq.com` is served to ingress controllers as `https://us.kic.api.konghq.com`. */
function kicAddress(endpoint: string): string {
  const [, region = '', , ...domain] = hostOf(endpoint).split('.');
  return `https://${region}.kic.api.${domain.join('.')}`;
}

function hostOf(endpoint: string): string {
  return endpoint.replace(/^https:\/\//, '').replace(/[:/].*$/, '');
}

function dataPlaneLabels(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}:${labels[key]}`)
    .join(',');
}
