/** The program's end of protocol.ts, on file descriptor 3. */
import { Socket } from 'node:net';
import { assert } from '../../shared/assert.ts';
import { copySecret } from '../../shared/secret-bytes.ts';
import { entryLineBytesMax } from './limits.ts';
import type { MessageFromEntry, MessageToEntry } from './protocol.ts';

const descriptor = 3;

export class EntryChannel {
  readonly #socket = new Socket({ fd: descriptor, readable: true, writable: true });
  readonly #messages: MessageToEntry[] = [];
  #waiting: ((message: MessageToEntry | undefined) => void) | undefined;
  #partial = '';
  #ended = false;

  /** `onEnd`: the console is gone. */
  constructor(onEnd: () => void) {
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (text: string) => this.#take(text));
    const end = (): void => {
      this.#ended = true;
      this.#waiting?.(undefined);
      onEnd();
    };
    this.#socket.once('end', end);
    this.#socket.once('error', end);
  }

  /** The next line; undefined when the console is gone. */
  next(): Promise<MessageToEntry | undefined> {
    const message = this.#messages.shift();
    if (message !== undefined || this.#ended) return Promise.resolve(message);
    assert(this.#waiting === undefined, 'one reader at a time');
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Resolves when the line is written. */
  send(message: MessageFromEntry): Promise<void> {
    return this.#write(Buffer.from(`${JSON.stringify(message)}\n`));
  }

  /** Hands over a secret; the copy that is written is zeroed, the bytes stay the caller's. */
  async sendSecret(secret: Uint8Array): Promise<void> {
    await this.send({ type: 'secret', bytes: secret.length });
    const copy = copySecret(secret);
    await this.#write(copy);
    copy.fill(0);
  }

  #write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      // A console that is gone is told by `onEnd`.
      this.#socket.write(bytes, () => resolve());
    });
  }

  #take(text: string): void {
    this.#partial += text;
    assert(this.#partial.length <= entryLineBytesMax, 'the console keeps to the protocol');
    const lines = this.#partial.split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#deliver(JSON.parse(line) as MessageToEntry);
  }

  #deliver(message: MessageToEntry): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#messages.push(message);
    else waiting(message);
  }
}
