/**
 * The console's end of protocol.ts. Lines become messages; the bytes of a secret go from the chunk
 * that brought them to memory that its receiver zeroes, and the chunk is zeroed.
 */
import type { Duplex } from 'node:stream';
import { assert } from '../../shared/assert.ts';
import { secretBytes } from '../../shared/secret-bytes.ts';
import { entryLineBytesMax, secretFieldBytesMax } from './limits.ts';
import type { MessageFromEntry, MessageToEntry } from './protocol.ts';

export type EntryAnswer =
  | Exclude<MessageFromEntry, { readonly type: 'secret' }>
  | { readonly type: 'secret'; readonly secret: Uint8Array };

const newline = 0x0a;

export class EntryAnswers {
  readonly #stream: Duplex;
  readonly #answers: EntryAnswer[] = [];
  #waiting: ((answer: EntryAnswer | undefined) => void) | undefined;
  #line = '';
  /** Of a secret that is on its way. */
  #secret: Uint8Array | undefined;
  #filled = 0;
  #ended = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    const end = (): void => {
      this.#ended = true;
      this.#waiting?.(undefined);
    };
    for (const event of ['end', 'close', 'error']) stream.once(event, end);
  }

  send(message: MessageToEntry): void {
    this.#stream.write(`${JSON.stringify(message)}\n`);
  }

  /** The next answer; undefined when the program has ended. */
  next(): Promise<EntryAnswer | undefined> {
    const answer = this.#answers.shift();
    if (answer !== undefined || this.#ended) return Promise.resolve(answer);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at += this.#secret === undefined ? this.#takeText(chunk, at) : this.#takeSecret(chunk, at);
    }
    chunk.fill(0);
  }

  #takeText(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(newline, from);
    this.#line += chunk.toString('utf8', from, end < 0 ? chunk.length : end);
    assert(this.#line.length <= entryLineBytesMax, 'the program keeps to the protocol');
    if (end < 0) return chunk.length - from;
    const message = JSON.parse(this.#line) as MessageFromEntry;
    this.#line = '';
    if (message.type === 'secret') this.#expect(message.bytes);
    else this.#deliver(message);
    return end + 1 - from;
  }

  #expect(count: number): void {
    assert(count > 0 && count <= secretFieldBytesMax, 'the program keeps to the protocol');
    this.#secret = secretBytes(count);
    this.#filled = 0;
  }

  #takeSecret(chunk: Buffer, from: number): number {
    const secret = this.#secret;
    assert(secret !== undefined, 'a secret is on its way');
    const part = chunk.subarray(from, from + secret.length - this.#filled);
    secret.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled === secret.length) {
      this.#secret = undefined;
      this.#deliver({ type: 'secret', secret });
    }
    return part.length;
  }

  #deliver(answer: EntryAnswer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#answers.push(answer);
    else waiting(answer);
  }
}
