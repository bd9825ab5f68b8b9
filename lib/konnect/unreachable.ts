import { KonnectError } from '../engine/errors.ts';
import { InternalAddress } from './addresses.ts';
import { type Asked, bounded } from './errors.ts';
import { BodyTooLarge } from './transport.ts';

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name could not be resolved for now',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'the time limit passed',
  UND_ERR_CONNECT_TIMEOUT: 'the time limit passed',
  UND_ERR_HEADERS_TIMEOUT: 'the time limit passed',
  UND_ERR_BODY_TIMEOUT: 'the time limit passed',
};

/**
 * The error of a call that got no whole answer. The words depend on the kind of failure only, never on addresses or ports
 * that differ each time; the original is the cause.
 */
export function toUnreachable(error: unknown, asked: Asked, host: string): KonnectError {
  const call = `${asked.method} ${asked.path} (${host})`;
  if (error instanceof BodyTooLarge) {
    return new KonnectError(bounded(`Konnect's answer to ${call} is too large to be read: ${error.message}`), {
      failure: 'unintelligible',
      cause: error,
    });
  }
  return new KonnectError(bounded(`no answer from Konnect to ${call}: ${describe(error)}`), {
    failure: 'unreachable',
    cause: error,
  });
}

function describe(error: unknown): string {
  if (error instanceof InternalAddress) {
    return 'the host resolves to an internal address; add it to the allowed hosts of the deployment if that is meant';
  }
  if (!(error instanceof Error)) return 'the connection failed';
  if (error.name === 'TimeoutError') return 'the time limit passed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) return `the TLS connection was not trusted (${code})`;
  return words[code] ?? `the connection failed (${code})`;
}
