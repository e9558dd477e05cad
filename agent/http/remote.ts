import type { Remote } from '../../src/core/request.ts';
import { isLoopback, plainAddress } from './addresses.ts';
import type { VerbShim } from './verb-shim.ts';

/** Who is at the other end of a connection, as the core sees it. */
export function remoteOf(shim: VerbShim, transport: Remote['transport']): Remote {
  if (transport === 'unix') return { address: 'unix', port: 0, transport, local: true };
  const address = plainAddress(shim.remoteAddress ?? '');
  return { address, port: shim.remotePort ?? 0, transport, local: isLoopback(address) };
}
