/**
 * An audit device that is a FIFO: somebody reads it and keeps the lines. Opening never waits for a
 * reader, and writing waits in the event loop, not in a thread of the pool: a reader that stops
 * reading costs a deadline, and nothing else.
 */
import { constants } from 'node:fs';
import { Socket } from 'node:net';

import { AssertionFailure, assert } from '../../shared/assert.ts';
import { deviceFailure } from '../../src/audit/fault.ts';
import type { AuditDevice, OpenedLog } from '../../src/ports/audit-device.ts';
import { deviceError } from './device-errors.ts';
import { look, openFile } from './files.ts';

const newline = new Uint8Array([0x0a]);
const writeFlags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

export class FifoDevice implements AuditDevice {
  readonly name: string;
  readonly due = undefined;
  readonly #path: string;
  #stream: Socket | undefined;
  /** The reader may have got a part of a line: the next one begins on a line of its own. */
  #torn = false;

  constructor(options: { readonly name: string; readonly path: string }) {
    this.name = options.name;
    this.#path = options.path;
  }

  async open(): Promise<OpenedLog> {
    try {
      this.abandon();
      const found = await look(this.#path);
      if (found?.isFIFO() !== true) {
        const reason = found === undefined ? 'the FIFO is gone' : 'it is no longer a FIFO';
        throw deviceFailure(this.name, { kind: 'gone', reason, cure: 'make it again (mkfifo)' });
      }
      this.#stream = streamOf(await openFile(this.#path, writeFlags, 0));
      return { bytes: 0, continues: false };
    } catch (error) {
      throw deviceError(this.name, error);
    }
  }

  /** What went through a FIFO cannot be read back. */
  async read(): Promise<Uint8Array> {
    return new Uint8Array(0);
  }

  async truncate(): Promise<void> {}

  async append(lines: Uint8Array): Promise<void> {
    if (this.#torn) await this.#write(newline);
    this.#torn = true;
    await this.#write(lines);
    this.#torn = false;
  }

  /** A FIFO has no files: the header stands in the stream. */
  startFile(_: number, lines: Uint8Array): Promise<void> {
    return this.append(lines);
  }

  abandon(): void {
    this.#stream?.destroy();
    this.#stream = undefined;
  }

  async close(): Promise<void> {
    this.abandon();
  }

  #write(bytes: Uint8Array): Promise<void> {
    const stream = this.#stream;
    assert(stream !== undefined, 'the FIFO is open');
    return new Promise((resolve, reject) => {
      stream.write(bytes, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(error instanceof AssertionFailure ? error : deviceError(this.name, error));
      });
    });
  }
}

function streamOf(descriptor: number): Socket {
  const stream = new Socket({ fd: descriptor, readable: false, writable: true });
  // Errors reach the callback of the write that they belong to; without a listener they would also
  // end the process.
  stream.on('error', () => undefined);
  stream.unref();
  return stream;
}
