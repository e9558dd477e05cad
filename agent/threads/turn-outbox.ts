/**
 * Messages to another thread, those of one turn of the loop as one: a message of its own costs 70
 * to 100 µs on a round trip, one among others less than two. They leave at the end of the turn,
 * after everything that came in by it was looked at.
 */
import type { MessagePort, Transferable } from 'node:worker_threads';

export class TurnOutbox<Message> {
  readonly #port: MessagePort;
  #messages: Message[] = [];
  #transfer: Transferable[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Order is kept. What is in `transfer` leaves this thread at the end of the turn. */
  push(message: Message, transfer: readonly Transferable[] = []): void {
    if (this.#messages.length === 0) setImmediate(() => this.#send());
    this.#messages.push(message);
    this.#transfer.push(...transfer);
  }

  #send(): void {
    const messages = this.#messages;
    const transfer = this.#transfer;
    this.#messages = [];
    this.#transfer = [];
    this.#port.postMessage(messages, transfer);
  }
}
