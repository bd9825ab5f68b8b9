/** The collection of networks. They are asked for at the global host. */
export const networks = '/v2/cloud-gateways/networks';
