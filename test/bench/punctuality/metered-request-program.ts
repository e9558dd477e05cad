/** Program: the request thread as it is, but that it blocks when it is told to. */
import { extname } from 'node:path';
import { blockChannelName } from './protocol.ts';

const extension = extname(import.meta.filename);
const program = new URL(`../../../agent/runtime/request-program${extension}`, import.meta.url);
await import(program.href);

const channel = new BroadcastChannel(blockChannelName);
channel.addEventListener('message', (event): void => {
  const endMs = performance.now() + Number((event as MessageEvent).data);
  while (performance.now() < endMs);
});
channel.unref();
