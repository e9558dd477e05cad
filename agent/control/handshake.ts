/**
 * The opening handshake of RFC 6455 section 4.2.1, checked before anything is taken over. The
 * package would refuse most of it, too, but also serve version 8 and a missing sub-protocol.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { controlSubprotocol } from '../../shared/control/protocol.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';

/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
/** Names of sub-protocols are tokens (RFC 9110 section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Why it is no handshake for the control channel; undefined if it is one. */
export function refusalOfHandshake(headers: IncomingHttpHeaders): StrongBoxError | undefined {
  const version = headers['sec-websocket-version'];
  if (headers.upgrade?.toLowerCase() !== 'websocket' || version !== '13') {
    return failure('control.upgrade-required', { subprotocol: controlSubprotocol });
  }
  if (!KEY.test(headers['sec-websocket-key'] ?? '')) {
    return failure('control.handshake-invalid', { reason: 'its key is not 16 bytes in base64' });
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const wellFormed = offered.every((name) => TOKEN.test(name));
  if (!wellFormed || new Set(offered).size < offered.length) {
    return failure('control.handshake-invalid', {
      reason: 'its sub-protocols are no list of names',
    });
  }
  if (offered.includes(controlSubprotocol)) return undefined;
  return failure('control.handshake-invalid', {
    reason: `it does not offer the sub-protocol ${controlSubprotocol}`,
  });
}
