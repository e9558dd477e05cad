/**
 * The receiving end of a port: what cannot be read ends the process, since somebody waits for it.
 */
import type { MessagePort } from 'node:worker_threads';

/** Hands on what comes through a port, as its sender sent it. */
export function hear<Message>(port: MessagePort, heard: (message: Message) => void): void {
  port.on('message', (message: Message) => heard(message));
  port.on('messageerror', (error: Error) => {
    throw error;
  });
}
