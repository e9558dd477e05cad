/**
 * A barrier without cryptography for tests of the store's layers: it "seals" by writing namespace
 * and key in front of the value and checks them when it opens, and it keeps count of reserved uses.
 */
import { assert } from '../../../shared/assert.ts';
import { utf8Decode, utf8Encode } from '../../../shared/encoding/utf8.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { Barrier } from '../../../src/barrier/barrier.ts';

export class LabellingBarrier implements Barrier {
  unsealed = true;
  /** Uses reserved and not yet used, by namespace. */
  readonly reserved = new Map<string, number>();
  /** Runs before each reservation: a moment between the reads and the commit of a transaction. */
  beforeReserve: () => Promise<void> = async () => {};

  async reserve(namespace: string, count: number): Promise<void> {
    await this.beforeReserve();
    if (!this.unsealed) throw failure('request.sealed');
    this.reserved.set(namespace, (this.reserved.get(namespace) ?? 0) + count);
  }

  seal(namespace: string, key: string, plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
    const left = this.reserved.get(namespace) ?? 0;
    assert(left > 0, 'every use of a key was reserved');
    this.reserved.set(namespace, left - 1);
    const label = labelOf(namespace, key);
    const sealed = new Uint8Array(label.length + plaintext.length);
    sealed.set(label);
    sealed.set(plaintext, label.length);
    return sealed;
  }

  open(namespace: string, key: string, envelope: Uint8Array): Uint8Array<ArrayBuffer> {
    if (!this.unsealed) throw failure('request.sealed');
    const label = utf8Decode(labelOf(namespace, key));
    if (!utf8Decode(envelope).startsWith(label)) throw failure('barrier.corrupt');
    return new Uint8Array(envelope.subarray(utf8Encode(label).length));
  }

  async learn(error: unknown): Promise<void> {
    throw error;
  }
}

function labelOf(namespace: string, key: string): Uint8Array {
  return utf8Encode(`${namespace}\0${key}\0`);
}
