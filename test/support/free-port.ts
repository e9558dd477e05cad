/** Ports for real servers. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A loopback port that was free a moment ago. Prefer port 0 where the program under test can say
 * which one it got; this is for programs that must be told.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP address');
  server.close();
  await once(server, 'close');
  return address.port;
}
