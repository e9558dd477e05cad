import type { Socket } from 'node:net';
import { sentPieceBytes } from '../limits.ts';

/** As Writable gives them to `_writev`. */
export interface WrittenChunk {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}

export type WriteDone = (error?: Error | null) => void;

/**
 * Writes to a socket, and knows when the peer last took something. What is large goes in pieces,
 * each when the kernel has taken the one before: the only sign of progress that every kind of
 * socket gives. Node's own time-out compares the queue of a handle with its value one period ago,
 * and so takes twice its time to notice that nothing moves.
 */
export class SocketWriter {
  readonly #socket: Socket;
  /** When the kernel last took a piece. */
  takenMs = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  write(chunks: readonly WrittenChunk[], done: WriteDone): void {
    if (chunks.some(({ chunk }) => chunk.length > sentPieceBytes)) {
      this.#writePieces(joined(chunks), 0, done);
      return;
    }
    this.#socket.cork();
    for (const [index, { chunk, encoding }] of chunks.entries()) {
      this.#socket.write(chunk, encoding, index === chunks.length - 1 ? done : undefined);
    }
    this.#socket.uncork();
  }

  #writePieces(bytes: Buffer, start: number, done: WriteDone): void {
    const end = Math.min(start + sentPieceBytes, bytes.length);
    this.#socket.write(bytes.subarray(start, end), (error) => {
      this.takenMs = performance.now();
      const isTaken = error === null || error === undefined;
      if (isTaken && end < bytes.length) this.#writePieces(bytes, end, done);
      else done(error);
    });
  }
}

function joined(chunks: readonly WrittenChunk[]): Buffer {
  return Buffer.concat(
    chunks.map(({ chunk, encoding }) =>
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
    ),
  );
}
