import type { Socket } from 'node:net';

/**
 * A connection on which nothing has been asked for a while: the socket alone, without what Node's
 * server and the verb shim keep for each (13 of 15 KiB). It wakes with the first bytes of the next
 * request, ends when its client ends it, and is closed when `keepAliveMs` are over.
 */
export function sleepUntilInput(
  socket: Socket,
  keepAliveMs: number,
  wake: (chunk: Buffer) => void,
): void {
  const read = (chunk: Buffer): void => {
    socket.off('data', read);
    for (const event of ending) socket.off(event, closeThis);
    wake(chunk);
  };
  socket.on('data', read);
  for (const event of ending) socket.on(event, closeThis);
  socket.setTimeout(keepAliveMs);
}

const ending = ['end', 'error', 'timeout'] as const;

/** One for all: a function for each of ten thousand takes a megabyte. */
function closeThis(this: Socket): void {
  this.destroy();
}
