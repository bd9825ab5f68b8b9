import { ApiError, notAcceptable, unsupportedMediaType } from '../status.ts';

/** What the client wants an object or a list as. */
export interface Wanted {
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  readonly version: string;
  readonly yaml: boolean;
}

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The media types of an Accept header, best first. */
export function mediaTypes(header: string | undefined): readonly MediaType[] {
  const parsed = (header ?? '*/*').split(',').map((item) => {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim());
    const pairs = parameters.map((parameter) => parameter.split('=') as [string, string | undefined]);
    return { type: type.toLowerCase(), parameters: new Map(pairs.map(([key, value = '']) => [key, value])) };
  });
  const weight = (item: MediaType): number => Number(item.parameters.get('q') ?? 1);
  return parsed.sort((left, right) => weight(right) - weight(left));
}

const json = ['application/json', 'application/*', '*/*', ''];
const yaml = 'application/yaml';
const transforms = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'] as const;

/** Picks the first media type of the client that this server can send; throws 406 when there is none. */
export function negotiate(header: string | undefined): Wanted {
  for (const { type, parameters } of mediaTypes(header)) {
    if (!json.includes(type) && type !== yaml) continue;
    const as = parameters.get('as') ?? '';
    if (as === '') return { as: 'object', version: 'v1', yaml: type === yaml };
    const known = transforms.find((transform) => transform === as);
    const version = parameters.get('v') ?? '';
    if (known !== undefined && parameters.get('g') === 'meta.k8s.io' && ['v1', 'v1beta1'].includes(version)) {
      return { as: known, version, yaml: type === yaml };
    }
  }
  throw notAcceptable(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);
}

/** How a body is written. */
export type BodyFormat = 'json' | 'yaml';

/** The format of a request body; an absent content type means JSON; throws 415 for others. */
export function bodyFormat(contentType: string | undefined): BodyFormat {
  const [type = ''] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type === '' || type === 'application/json') return 'json';
  if (type === 'application/yaml') return 'yaml';
  throw unsupportedMediaType(['application/json', 'application/yaml']);
}

/** The kinds of patches. */
export type PatchFormat = 'json-patch' | 'merge' | 'strategic';

const patchTypes: Readonly<Record<string, PatchFormat>> = {
  'application/json-patch+json': 'json-patch',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

/** The kind of a patch; throws 415 for one that the resource does not take, server-side apply among them. */
export function patchFormat(contentType: string | undefined, strategic: boolean): PatchFormat {
  const [type = ''] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const format = patchTypes[type];
  if (format !== undefined && (format !== 'strategic' || strategic)) return format;
  const accepted = Object.keys(patchTypes).filter((name) => strategic || patchTypes[name] !== 'strategic');
  if (type !== 'application/apply-patch+yaml') throw unsupportedMediaType(accepted);
  const text = `server-side apply is not served here - accepted media types include: ${accepted.join(', ')}`;
  throw new ApiError(415, 'UnsupportedMediaType', text);
}
