import { type Answer, created, noContent, ok, Refusal } from '../answer.ts';
import { unknownPath } from '../families.ts';
import { type Call, type Operation, param } from '../operation.ts';
import { availability } from './availability.ts';
import { parseConfiguration, parseNetwork, parseRename } from './body.ts';
import { type Configuration, configurationsOf, putConfiguration, referencesTo } from './configurations.ts';
import { numbered } from './list.ts';
import {
  changeNetwork,
  createNetwork,
  type Network,
  networksOf,
  removeNetwork,
  renameNetwork,
  requireNetwork,
  stateOf,
} from './networks.ts';
import { providerAccountOperations } from './provider-accounts.ts';
import { notFound } from './refusals.ts';
import { checkConfiguration, checkNetwork } from './rules.ts';
import { configurationView, networkView } from './views.ts';

const root = '/v2/cloud-gateways';
const networks = `${root}/networks`;
const network = `${networks}/:networkId`;
const references = `${network}/configuration-references`;
const configurations = `${root}/configurations`;
const family = 'cloud-gateways';
const every = ['eq', 'neq', 'contains', 'oeq', 'ocontains'];
const equality = ['eq', 'neq', 'oeq'];

const availabilityOperation: Operation = {
  name: 'GetAvailability',
  method: 'GET',
  path: `${root}/availability.json`,
  family,
  open: ok(availability),
  handle: () => ok(availability),
};

/** Cloud gateways live on the global host; a regional one does not know the paths. */
export const cloudGatewayOperations: readonly Operation[] = [
  availabilityOperation,
  ...providerAccountOperations,
  { name: 'ListNetworks', method: 'GET', path: networks, family, handle: listNetworks } as const,
  { name: 'CreateNetwork', method: 'POST', path: networks, family, handle: postNetwork } as const,
  { name: 'GetNetwork', method: 'GET', path: network, family, handle: getNetwork } as const,
  { name: 'UpdateNetwork', method: 'PATCH', path: network, family, handle: patchNetwork } as const,
  { name: 'DeleteNetwork', method: 'DELETE', path: network, family, handle: deleteNetwork } as const,
  { name: 'ListNetworkConfigurations', method: 'GET', path: references, family, handle: listReferences } as const,
  { name: 'ListConfigurations', method: 'GET', path: configurations, family, handle: listConfigurations } as const,
  { name: 'CreateConfiguration', method: 'PUT', path: configurations, family, handle: put } as const,
  { name: 'GetConfiguration', method: 'GET', path: `${configurations}/:id`, family, handle: getConfiguration } as const,
].map((operation) => ({ ...operation, handle: (call: Call) => globally(operation, call) }));

function globally({ handle }: Operation, call: Call): Answer {
  if (call.region !== undefined) throw new Refusal(unknownPath(call.path));
  return handle(call);
}

function listNetworks({ world, organization: { id }, query, stale }: Call): Answer {
  const page = numbered(networksOf(world, id, stale), query, {
    name: { operators: every, value: ({ wanted }) => wanted.name },
    state: { operators: equality, value: (row) => stateOf(world, row) },
  });
  return ok({ ...page, data: page.data.map((row) => networkView(world, id, row)) });
}

function postNetwork(call: Call): Answer {
  const wanted = parseNetwork(call.body);
  checkNetwork(call.world, call.organization, wanted);
  return created(viewed(call, createNetwork(call.world, call.organization.id, wanted)));
}

function getNetwork(call: Call): Answer {
  return ok(viewed(call, networkAt(call)));
}

function patchNetwork(call: Call): Answer {
  const found = networkAt(call);
  const name = parseRename(call.body);
  const { world, organization } = call;
  return ok(viewed(call, name === undefined ? found : renameNetwork(world, organization.id, found, name)));
}

function deleteNetwork(call: Call): Answer {
  removeNetwork(call.world, call.organization.id, networkAt(call));
  return noContent;
}

function listReferences(call: Call): Answer {
  const { world, organization, query } = call;
  const page = numbered(referencesTo(world, organization.id, networkAt(call).id), query, {});
  return ok({ ...page, data: page.data.map((row) => configurationView(world, row)) });
}

function listConfigurations({ world, organization, query, stale }: Call): Answer {
  const page = numbered(configurationsOf(world, organization.id, stale), query, {
    control_plane_id: { operators: equality, value: ({ wanted }) => wanted.control_plane_id },
    control_plane_geo: { operators: equality, value: ({ wanted }) => wanted.control_plane_geo },
  });
  return ok({ ...page, data: page.data.map((row) => configurationView(world, row)) });
}

function put({ world, organization, body }: Call): Answer {
  const wanted = parseConfiguration(body);
  checkConfiguration(world, organization, wanted);
  const configuration = putConfiguration(world, organization.id, wanted);
  for (const one of networksNeededBy(configuration)) {
    const needed = requireNetwork(world, organization.id, one);
    const idle = stateOf(world, needed) === 'offline';
    if (idle) changeNetwork(world, organization.id, needed, { startedAt: world.clock().getTime() });
  }
  return ok(configurationView(world, configuration));
}

function networksNeededBy({ wanted }: Configuration): readonly string[] {
  return wanted.dataplane_groups.flatMap(({ cloud_gateway_network_id: id }) => id ?? []);
}

function getConfiguration(call: Call): Answer {
  const { world, organization } = call;
  const found = configurationsOf(world, organization.id).find(({ id }) => id === param(call, 'id'));
  if (found === undefined) throw notFound();
  return ok(configurationView(world, found));
}

function networkAt(call: Call): Network {
  return requireNetwork(call.world, call.organization.id, param(call, 'networkId'));
}

function viewed({ world, organization }: Call, row: Network) {
  return networkView(world, organization.id, row);
}
