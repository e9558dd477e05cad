import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { ErrorCode } from '../../shared/errors/registry.ts';
import { type Endpoint, endpointText } from './endpoint.ts';
import { systemCode } from './small-file.ts';

/**
 * Names what a broken connection means. The system's error is looked at by its code alone and then
 * dropped: its text is not ours, and nothing that a request carries can hide in it.
 */

const unreachable: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOENT', 'there is no such socket'],
  ['ENOTSOCK', 'it is no socket'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ENETUNREACH', 'no route to the network'],
  ['ETIMEDOUT', 'no answer to the connection'],
  ['ECONNABORTED', 'the connection was given up'],
]);

const codes: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['EACCES', 'client.socket-denied'],
  ['EPERM', 'client.socket-denied'],
  ['ENOTFOUND', 'client.host-unknown'],
  ['EAI_AGAIN', 'client.host-unknown'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'client.tls-authority-unknown'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'client.tls-authority-unknown'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'client.tls-authority-unknown'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'client.tls-authority-unknown'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'client.tls-authority-unknown'],
  ['CERT_UNTRUSTED', 'client.tls-authority-unknown'],
  ['CERT_SIGNATURE_FAILURE', 'client.tls-authority-unknown'],
  ['INVALID_CA', 'client.tls-authority-unknown'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'client.tls-name-wrong'],
  ['HOSTNAME_MISMATCH', 'client.tls-name-wrong'],
  ['CERT_HAS_EXPIRED', 'client.tls-expired'],
  ['CERT_NOT_YET_VALID', 'client.tls-expired'],
]);

export function transportFailure(
  error: unknown,
  connection: { readonly endpoint: Endpoint; readonly reused: boolean },
): StrongBoxError {
  const endpoint = endpointText(connection.endpoint);
  const code = systemCode(error) ?? 'unknown error';
  const known = codes.get(code);
  if (known !== undefined) return failure(known, { endpoint });
  const reason = unreachable.get(code);
  if (reason !== undefined) return failure('client.unreachable', { endpoint, reason });
  if (code.startsWith('HPE_')) {
    return failure('client.answer-malformed', { endpoint, reason: 'its answer is not HTTP' });
  }
  const overTls = connection.endpoint.kind === 'url' && connection.endpoint.secure;
  if (overTls && !connection.reused && /^(?:EPROTO|ERR_SSL_|ERR_TLS_|ERR_OSSL_)/u.test(code)) {
    return failure('client.tls-failed', { endpoint, reason: code });
  }
  // What an address with http:// meets at a listener that speaks TLS.
  const isCutOff = code === 'ECONNRESET' && connection.endpoint.kind === 'url' && !overTls;
  if (isCutOff && !connection.reused) {
    const hint = 'if TLS is spoken there, the address begins with https://';
    return failure('client.interrupted', { endpoint, reason: `${code}; ${hint}` });
  }
  return failure('client.interrupted', { endpoint, reason: code });
}
