/**
 * What ties a signature to one connection (RFC 9266, `tls-exporter`): an agent between a console
 * and this one has a connection with each, and cannot make the two the same.
 */
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { connectionExporterBytes, connectionExporterLabel } from '../../shared/control/operator.ts';
import { PortDuplex } from '../threads/port-duplex.ts';
import { VerbShim } from '../http/connection/verb-shim.ts';

const noContext = Buffer.alloc(0);

/** In base64; empty for a connection without TLS, which comes from this host. */
export function connectionBinding(socket: Duplex): string {
  if (socket instanceof PortDuplex) return socket.binding;
  const carrier = socket instanceof VerbShim ? socket.socket : socket;
  if (!(carrier instanceof TLSSocket)) return '';
  return carrier
    .exportKeyingMaterial(connectionExporterBytes, connectionExporterLabel, noContext)
    .toString('base64');
}
