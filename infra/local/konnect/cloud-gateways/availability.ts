export type Provider = 'aws' | 'azure' | 'gcp';

interface CloudRegion {
  readonly region: string;
  readonly name: string;
  readonly availability_zones: readonly string[];
}

const cidrBlocks = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', '198.18.0.0/15'];
const reservedCidrBlocks = ['10.100.0.0/16', '172.17.0.0/16'];

/** Some of the regions of each cloud. */
const regions: Readonly<Record<Provider, readonly CloudRegion[]>> = {
  aws: [
    { region: 'us-east-1', name: 'N. Virginia', availability_zones: ['use1-az1', 'use1-az2', 'use1-az4'] },
    { region: 'us-east-2', name: 'Ohio', availability_zones: ['use2-az1', 'use2-az2', 'use2-az3'] },
    { region: 'us-west-2', name: 'Oregon', availability_zones: ['usw2-az1', 'usw2-az2', 'usw2-az3'] },
    { region: 'eu-west-1', name: 'Ireland', availability_zones: ['euw1-az1', 'euw1-az2', 'euw1-az3'] },
    { region: 'eu-central-1', name: 'Frankfurt', availability_zones: ['euc1-az1', 'euc1-az2', 'euc1-az3'] },
    { region: 'ap-southeast-2', name: 'Sydney', availability_zones: ['apse2-az1', 'apse2-az2', 'apse2-az3'] },
  ],
  azure: [
    { region: 'eastus2', name: 'Virginia', availability_zones: ['1', '2', '3'] },
    { region: 'northeurope', name: 'Ireland', availability_zones: ['1', '2', '3'] },
  ],
  gcp: [
    { region: 'us-east1', name: 'South Carolina', availability_zones: ['us-east1-b', 'us-east1-c', 'us-east1-d'] },
    {
      region: 'europe-west3',
      name: 'Frankfurt',
      availability_zones: ['europe-west3-a', 'europe-west3-b', 'europe-west3-c'],
    },
  ],
};

export const providers = Object.keys(regions).filter((name): name is Provider => name in regions);

/** The document that Konnect publishes to everybody; networks and data planes are held to it. */
export const availability = {
  versions: ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'],
  instance_types: [
    { name: 'small', hourly_cost: '1.0', v_cpu: '2', gb_memory: '4' },
    { name: 'medium', hourly_cost: '2.0', v_cpu: '4', gb_memory: '8' },
    { name: 'large', hourly_cost: '4.0', v_cpu: '8', gb_memory: '16' },
  ],
  providers: providers.map((provider) => ({
    provider,
    regions: regions[provider].map((region) => ({
      ...region,
      cidr_blocks: cidrBlocks,
      reserved_cidr_blocks: reservedCidrBlocks,
    })),
  })),
  serverless_v1_providers: [{ provider: 'aws', regions: [{ region: 'us' }, { region: 'eu' }, { region: 'au' }] }],
};

export function regionIn(provider: Provider, id: string): CloudRegion | undefined {
  return regions[provider].find(({ region }) => region === id);
}

/** Whether a block is one that a network may have: /16 to /23, inside a private range, clear of the reserved ones. */
export function isUsableBlock(text: string): boolean {
  const block = parseBlock(text);
  if (block === undefined || block.prefix < 16 || block.prefix > 23) return false;
  const inside = cidrBlocks.some((outer) => contains(parseBlock(outer), block));
  return inside && !reservedCidrBlocks.some((taken) => overlaps(parseBlock(taken), block));
}

interface Block {
  readonly start: number;
  readonly prefix: number;
}

/** Undefined for what is no CIDR block, and for one with bits set behind its prefix. */
function parseBlock(text: string): Block | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const numbers = (found ?? []).slice(1).map(Number);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = numbers;
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  const start = ((a * 256 + b) * 256 + c) * 256 + d;
  return start % sizeOf(prefix) === 0 ? { start, prefix } : undefined;
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

function contains(outer: Block | undefined, inner: Block): boolean {
  return outer !== undefined && outer.prefix <= inner.prefix && overlaps(outer, inner);
}

function overlaps(a: Block | undefined, b: Block): boolean {
  return a !== undefined && a.start < b.start + sizeOf(b.prefix) && b.start < a.start + sizeOf(a.prefix);
}
