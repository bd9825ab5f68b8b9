import type { InvalidParameter } from '../answer.ts';
import type { World } from '../operation.ts';
import type { Organization, Plane } from '../state.ts';
import { availability, isUsableBlock, regionIn } from './availability.ts';
import type { NewConfiguration, NewGroup, NewNetwork } from './body.ts';
import { networksOf } from './networks.ts';
import { providerAccounts } from './provider-accounts.ts';
import { invalid, invalidParameters, notFound } from './refusals.ts';

/** Holds a network to its account's provider and to what that provider has in the region. */
export function checkNetwork(world: World, organization: Organization, wanted: NewNetwork): void {
  const account = providerAccounts(world.state, organization).find(
    ({ id }) => id === wanted.cloud_gateway_provider_account_id,
  );
  if (account === undefined) {
    const field = 'cloud_gateway_provider_account_id';
    throw invalidParameters([invalid(field, 'missing_reference', `${field} does not exist`)]);
  }
  const region = regionIn(account.provider, wanted.region);
  if (region === undefined) throw invalidParameters([unsupportedRegion('region')]);
  const zones = wanted.availability_zones.every((zone) => region.availability_zones.includes(zone));
  const faults = [
    ...(zones
      ? []
      : [
          invalid(
            'availability_zones',
            'is_supported_network_availability_zone_list',
            'availability_zones must be supported by the region',
          ),
        ]),
    ...(isUsableBlock(wanted.cidr_block)
      ? []
      : [
          invalid('cidr_block', 'is_supported_network_cidr_block', 'cidr_block must be a supported network CIDR block'),
        ]),
  ];
  if (faults.length > 0) throw invalidParameters(faults);
}

/** Holds a configuration to its control plane, to the versions there are, and every group to its network. */
export function checkConfiguration(world: World, organization: Organization, wanted: NewConfiguration): void {
  const plane = world.state.planes.rows.get(wanted.control_plane_id);
  if (!isHere(plane, organization, wanted.control_plane_geo)) throw notFound();
  const faults = [
    ...(plane.controlPlane.config.cloud_gateway
      ? []
      : [invalid('control_plane_id', 'invalid', 'control_plane_id must be a control plane with cloud gateways')]),
    ...versionFaults(wanted),
    ...wanted.dataplane_groups.flatMap((group, index) => groupFaults(world, organization, group, index)),
  ];
  if (faults.length > 0) throw invalidParameters(faults);
}

function isHere(plane: Plane | undefined, organization: Organization, geo: string): plane is Plane {
  return plane !== undefined && plane.organizationId === organization.id && plane.region === geo;
}

function versionFaults({ kind = 'dedicated.v0', version }: NewConfiguration): readonly InvalidParameter[] {
  if (kind === 'serverless.v1') return [];
  if (version === undefined) return [invalid('version', 'required', 'version should not be empty')];
  const known = availability.versions.some((line) => version === line || version.startsWith(`${line}.`));
  return known ? [] : [invalid('version', 'invalid', `version ${version} is not supported`)];
}

function groupFaults(
  world: World,
  organization: Organization,
  { provider, region, cloud_gateway_network_id: id }: NewGroup,
  index: number,
): readonly InvalidParameter[] {
  const path = `dataplane_groups.${index}`;
  if (regionIn(provider, region) === undefined) return [unsupportedRegion(`${path}.region`)];
  if (id === undefined) return [];
  const network = networksOf(world, organization.id).find((candidate) => candidate.id === id);
  const field = `${path}.cloud_gateway_network_id`;
  if (network === undefined) return [invalid(field, 'missing_reference', `${field} does not exist`)];
  return network.wanted.region === region
    ? []
    : [invalid(field, 'invalid', `${field} must be a network in the region ${region}`)];
}

function unsupportedRegion(field: string): InvalidParameter {
  return invalid(field, 'is_supported_provider_region', `${field} must be a supported region of the provider`);
}
