/**
 * Frames that wait for one connection. The network takes a little at a time, so that a frame that
 * is overtaken by events is still ours to count; what does not fit here is refused at once, and its
 * sender knows.
 */
import { assert } from '../../shared/assert.ts';
import type { PeerConnection } from '../ports/peer-link.ts';
import { networkBufferBytesMax, queuedBytesMax, queuedFramesMax } from './limits.ts';

export class FrameQueue {
  readonly #connection: PeerConnection;
  #frames: Uint8Array[] = [];
  /** Invariant: the bytes of `#frames`. */
  #bytes = 0;

  constructor(connection: PeerConnection) {
    this.#connection = connection;
  }

  get waitingBytes(): number {
    return this.#bytes;
  }

  /** False if it has no room: the frame is dropped. */
  send(frame: Uint8Array): boolean {
    if (this.#frames.length === 0 && this.#networkHasRoom()) {
      this.#connection.send(frame);
      return true;
    }
    if (this.#frames.length >= queuedFramesMax) return false;
    if (this.#bytes + frame.length > queuedBytesMax) return false;
    this.#frames.push(frame);
    this.#bytes += frame.length;
    return true;
  }

  /** The network took what it had. */
  drain(): void {
    if (this.#frames.length === 0) return;
    let sent = 0;
    while (sent < this.#frames.length && this.#networkHasRoom()) {
      const frame = this.#frames[sent];
      assert(frame !== undefined, 'a queue has no holes');
      this.#connection.send(frame);
      this.#bytes -= frame.length;
      sent += 1;
    }
    this.#frames = this.#frames.slice(sent);
  }

  #networkHasRoom(): boolean {
    return this.#connection.bufferedBytes() < networkBufferBytesMax;
  }
}
