import type { Remote } from '../../src/core/request.ts';
import { isLoopback, plainAddress } from './connection/addresses.ts';
import type { VerbShim } from './connection/verb-shim.ts';

/** Who is at the other end of a connection, as the core sees it: found out once a connection. */
const known = new WeakMap<VerbShim, Remote>();

export function remoteOf(shim: VerbShim, transport: Remote['transport']): Remote {
  const remote = known.get(shim) ?? findOut(shim, transport);
  known.set(shim, remote);
  return remote;
}

function findOut(shim: VerbShim, transport: Remote['transport']): Remote {
  if (transport === 'unix') return { address: 'unix', port: 0, transport, local: true };
  const address = plainAddress(shim.remoteAddress ?? '');
  return { address, port: shim.remotePort ?? 0, transport, local: isLoopback(address) };
}
