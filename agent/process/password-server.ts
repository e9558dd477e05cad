/** Makes the password hashes of request threads, each in its turn among the slow jobs. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { PasswordHash } from '../../src/ports/password-hash.ts';
import { failureMessage } from '../threads/failure-message.ts';
import { hear } from '../threads/hear.ts';
import type { PasswordCall, PasswordNews } from '../threads/password-messages.ts';

/** The port for a RemotePasswordHash; served until that is closed. */
export function servePasswordHash(hash: PasswordHash): MessagePort {
  const { port1, port2 } = new MessageChannel();
  hear(port1, (call: PasswordCall) => void answer(hash, call, port1));
  // The process lives by its request threads.
  port1.unref();
  return port2;
}

async function answer(hash: PasswordHash, call: PasswordCall, port: MessagePort): Promise<void> {
  const { id, request } = call;
  try {
    const tag = await hash.argon2id(request);
    const news: PasswordNews = { kind: 'hashed', id, tag };
    port.postMessage(news, [tag.buffer]);
  } catch (error) {
    const news: PasswordNews = { kind: 'refused', id, failure: failureMessage(error) };
    port.postMessage(news);
  } finally {
    request.password.fill(0);
    request.secret?.fill(0);
  }
}
