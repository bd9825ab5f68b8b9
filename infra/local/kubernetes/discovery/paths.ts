import { type Answer, pageNotFound } from '../http/answer.ts';
import { mediaTypes } from '../http/negotiation.ts';
import type { JsonObject } from '../json.ts';
import type { Registry } from '../resources/registry.ts';
import { openApiV2 } from './open-api-v2.ts';
import { openApiIndex, openApiV3 } from './open-api-v3.ts';
import { aggregated, aggregatedType, coreVersions, groupList, oneGroup, resourceList } from './resources.ts';

const version: JsonObject = {
  major: '1',
  minor: '34',
  emulationMajor: '1',
  emulationMinor: '34',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '33',
  gitVersion: 'v1.34.0',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2025-01-01T00:00:00Z',
  goVersion: 'go1.24.0',
  compiler: 'gc',
  platform: 'linux/amd64',
};

function json(body: JsonObject | undefined, type?: string): Answer {
  if (body === undefined) return pageNotFound;
  return { is: 'json', status: 200, body, ...(type === undefined ? {} : { type }) };
}

function wantsAggregated(accept: string | undefined): boolean {
  return mediaTypes(accept).some(
    ({ type, parameters }) =>
      type === 'application/json' &&
      parameters.get('as') === 'APIGroupDiscoveryList' &&
      parameters.get('g') === 'apidiscovery.k8s.io' &&
      parameters.get('v') === 'v2',
  );
}

function rootPaths(registry: Registry): JsonObject {
  const groups = [...new Set(registry.all().map(({ group }) => group))].filter((group) => group !== '');
  const versions = registry
    .all()
    .map(({ group, version: name }) => (group === '' ? `/api/${name}` : `/apis/${group}/${name}`));
  const fixed = ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'];
  return { paths: [...new Set([...fixed, ...groups.map((group) => `/apis/${group}`), ...versions])].sort() };
}

/** Answers health, version, discovery and OpenAPI; every other path is a 404. */
export function answerPath(registry: Registry, path: string, accept: string | undefined, address: string): Answer {
  const [root = '', first, second, ...more] = path.split('/').filter((part) => part !== '');
  switch (root) {
    case '':
      return json(rootPaths(registry));
    case 'healthz':
    case 'livez':
    case 'readyz':
      return { is: 'text', status: 200, body: 'ok' };
    case 'version':
      return json(version);
    case 'api':
      if (first !== undefined) return json(resourceList(registry, '', first));
      return wantsAggregated(accept) ? json(aggregated(registry, true), aggregatedType) : json(coreVersions(address));
    case 'apis':
      if (first === undefined) {
        return wantsAggregated(accept) ? json(aggregated(registry, false), aggregatedType) : json(groupList(registry));
      }
      return json(second === undefined ? oneGroup(registry, first) : resourceList(registry, first, second));
    case 'openapi':
      if (first === 'v2') return openApiV2(registry, accept);
      if (first !== 'v3') return pageNotFound;
      return json(second === undefined ? openApiIndex(registry) : openApiV3(registry, [second, ...more]));
    default:
      return pageNotFound;
  }
}
