/**
 * What a Lambda function never runs of the packages it imports. Bundles get, in place of each, a module that throws a
 * clear error when it is used. Decided by reading what the packages import, and proved by a probe function in the tests.
 */
export interface Exclusion {
  /** A package, or a file or folder in one; with its path as below node_modules. */
  readonly module: string;
  /** The names that ES modules import from it; leave out for CommonJS, which takes any. */
  readonly names?: readonly string[];
  readonly reason: string;
}

export type NamedExclusion = Required<Exclusion>;

const KUBERNETES = '@kubernetes/client-node';
const IN_ENVIRONMENT = 'a function has its credentials in environment variables';
const NO_PROXY = 'functions reach API servers directly; a kubeconfig with proxy-url is refused with this error';

export const exclusions: readonly Exclusion[] = [
  {
    module: 'openid-client',
    names: ['Configuration', 'None', 'discovery', 'refreshTokenGrant', 'allowInsecureRequests', 'customFetch'],
    reason: 'a login with a refresh token is for people; clusters give functions a token or a certificate',
  },
  { module: 'jsonpath-plus', names: ['JSONPath'], reason: 'finds the token in what an Azure or GCP plug-in prints' },
  { module: 'socks', names: ['SocksClient'], reason: NO_PROXY },
  { module: 'socks-proxy-agent', names: ['SocksProxyAgent'], reason: NO_PROXY },
  { module: 'hpagent', names: ['HttpProxyAgent', 'HttpsProxyAgent'], reason: NO_PROXY },

  { module: 'undici/lib/web/fetch', reason: 'the body of every request is text' },
  { module: 'undici/lib/web/webidl', reason: 'the body of every request is text' },
  { module: 'undici/lib/dispatcher/client-h2.js', reason: 'every connection asks for HTTP/1.1 alone (allowH2: false)' },
  {
    module: 'undici/lib/llhttp/llhttp-wasm.js',
    reason: 'the parser for processors without SIMD; Lambda has none of them',
  },

  {
    module: 'typebox/build/format/idna',
    names: ['IsHostname', 'IsIdnHostname'],
    reason: 'no schema of ours asks for the format of an international name',
  },

  {
    module: '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js',
    names: ['Sha256Js'],
    reason: 'Node has its own',
  },
  { module: '@smithy/core/dist-es/submodules/checksum/md5/Md5Js.js', names: ['Md5Js'], reason: 'Node has its own' },
  {
    module: '@smithy/core/dist-es/submodules/event-streams',
    names: ['EventStreamSerde'],
    reason: 'neither SQS nor Secrets Manager has an operation that streams events',
  },
  {
    module: '@aws-sdk/credential-provider-sso',
    names: ['fromSSO', 'isSsoProfile', 'validateSsoProfile'],
    reason: IN_ENVIRONMENT,
  },
  { module: '@aws-sdk/credential-provider-ini', names: ['fromIni'], reason: IN_ENVIRONMENT },
  { module: '@aws-sdk/credential-provider-process', names: ['fromProcess'], reason: IN_ENVIRONMENT },
  { module: '@aws-sdk/credential-provider-login', names: ['fromLoginCredentials'], reason: IN_ENVIRONMENT },
  {
    module: '@aws-sdk/credential-provider-web-identity',
    names: ['fromTokenFile', 'fromWebToken'],
    reason: IN_ENVIRONMENT,
  },
  { module: '@aws-sdk/credential-provider-http', names: ['fromHttp'], reason: IN_ENVIRONMENT },
  {
    module: '@smithy/credential-provider-imds',
    names: [
      'ENV_CMDS_FULL_URI',
      'ENV_CMDS_RELATIVE_URI',
      'fromContainerMetadata',
      'fromInstanceMetadata',
      'Endpoint',
      'httpRequest',
      'getInstanceMetadataEndpoint',
    ],
    reason: IN_ENVIRONMENT,
  },
];

/** What is left out of packages that a bundle carries as text, beside the above. */
export const deferredExclusions: readonly Exclusion[] = [
  {
    module: 'undici',
    names: ['Agent', 'ProxyAgent', 'Dispatcher', 'fetch'],
    reason: 'of the Kubernetes client only the reader of kubeconfigs is used',
  },
];

/** What a function never uses of Node's own modules, and would load much of Node for. */
export const nodeExclusions: readonly NamedExclusion[] = [
  { module: 'fs', names: ['ReadStream'], reason: 'the body of every request is text' },
  // To the AWS SDK, which looks for its files of configuration, this is one that is not there.
  { module: 'fs/promises', names: ['readFile'], reason: 'a function has its configuration in environment variables' },
];

/**
 * Packages of which unused modules may be left out although their package.json does not say so.
 * typebox: its modules only declare. client-node: its modules only declare, too; the one that does more, polyfill.js, does nothing on Node 20 or later.
 */
export const withoutSideEffects: readonly string[] = [KUBERNETES, 'typebox'];

/** undici's own switch: bundled without its experimental second HTTP/1 parser, as in Node itself. */
export const defines: Readonly<Record<string, string>> = { esbuildDetection: 'true' };
