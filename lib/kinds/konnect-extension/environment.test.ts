import { describe, expect, it } from 'vitest';
import { gatewayEnvironment } from './environment.ts';

const facts = {
  id: '6f9e2b8a-0000-4000-8000-000000000001',
  clusterType: 'CLUSTER_TYPE_CONTROL_PLANE',
  endpoints: { controlPlane: 'https://abc123.eu.cp0.konghq.com', telemetry: 'https://abc123.eu.tp0.konghq.com' },
};
const kic = { ...facts, clusterType: 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER' };

describe('gatewayEnvironment', () => {
  it("is what Kong's operator gives its data planes", () => {
    expect(gatewayEnvironment(facts, {})).toEqual({
      KONG_ROLE: 'data_plane',
      KONG_CLUSTER_MTLS: 'pki',
      KONG_CLUSTER_CONTROL_PLANE: 'abc123.eu.cp0.konghq.com:443',
      KONG_CLUSTER_SERVER_NAME: 'abc123.eu.cp0.konghq.com',
      KONG_CLUSTER_TELEMETRY_ENDPOINT: 'abc123.eu.tp0.konghq.com:443',
      KONG_CLUSTER_TELEMETRY_SERVER_NAME: 'abc123.eu.tp0.konghq.com',
      KONG_CLUSTER_CERT: '/etc/secrets/kong-cluster-cert/tls.crt',
      KONG_CLUSTER_CERT_KEY: '/etc/secrets/kong-cluster-cert/tls.key',
      KONG_LUA_SSL_TRUSTED_CERTIFICATE: 'system',
      KONG_KONNECT_MODE: 'on',
      KONG_VITALS: 'off',
    });
  });

  it('of a group is that of a plain control plane', () => {
    const group = { ...facts, clusterType: 'CLUSTER_TYPE_CONTROL_PLANE_GROUP' };
    expect(gatewayEnvironment(group, {})).toEqual(gatewayEnvironment(facts, {}));
  });

  it('for an ingress controller has a gateway that is configured from the cluster, and the controller', () => {
    const environment = gatewayEnvironment(kic, {});

    expect(environment).toMatchObject({
      KONG_ROLE: 'traditional',
      CONTROLLER_KONNECT_ADDRESS: 'https://eu.kic.api.konghq.com',
      CONTROLLER_KONNECT_CONTROL_PLANE_ID: kic.id,
      CONTROLLER_KONNECT_SYNC_ENABLED: 'true',
      CONTROLLER_KONNECT_LICENSING_ENABLED: 'true',
      CONTROLLER_FEATURE_GATES: 'FillIDs=true',
    });
    expect(environment).not.toHaveProperty('KONG_CLUSTER_CONTROL_PLANE');
    expect(environment).not.toHaveProperty('KONG_CLUSTER_SERVER_NAME');
  });

  it.each(['https://abc123.eu.cp0.konghq.com:443', 'abc123.eu.cp0.konghq.com', 'https://abc123.eu.cp0.konghq.com/'])(
    'reads the endpoint %s',
    (controlPlane) => {
      const endpoints = { ...facts.endpoints, controlPlane };
      expect(gatewayEnvironment({ ...facts, endpoints }, {})['KONG_CLUSTER_CONTROL_PLANE']).toBe(
        'abc123.eu.cp0.konghq.com:443',
      );
      expect(gatewayEnvironment({ ...kic, endpoints }, {})['CONTROLLER_KONNECT_ADDRESS']).toBe(
        'https://eu.kic.api.konghq.com',
      );
    },
  );

  it('has labels in one order, whatever that of the object is', () => {
    expect(gatewayEnvironment(facts, { b: '2', a: '1' })['KONG_CLUSTER_DP_LABELS']).toBe('a:1,b:2');
    expect(gatewayEnvironment(facts, {})).not.toHaveProperty('KONG_CLUSTER_DP_LABELS');
  });

  it('holds texts only, as a ConfigMap wants it', () => {
    for (const value of Object.values(gatewayEnvironment(kic, { a: '1' }))) expect(value).toMatch(/^\S+$/);
  });
});
