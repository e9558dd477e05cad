/**
 * The Merkle tree of RFC 6962 section 2.1, kept as its frontier: the hashes of the complete
 * subtrees that the leaves so far fall into, largest first (one for each 1 in the binary form of
 * the size). That is all a log must remember to go on and to tell its root; the leaves themselves
 * are forgotten.
 */
import { assert } from '../assert.ts';
import { hashBytes } from './format.ts';

/** SHA-256 of bytes; injected, because this room has no platform. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

const nodePrefix = 0x01;

export class MerkleFrontier {
  readonly #sha256: Sha256;
  readonly #hashes: Uint8Array[];
  readonly #pair = new Uint8Array(1 + 2 * hashBytes);
  #size: number;

  /** Continues a tree of `size` leaves from its frontier; an empty one by default. */
  constructor(sha256: Sha256, size = 0, hashes: readonly Uint8Array[] = []) {
    assert(hashes.length === onesOf(size), 'a frontier has one hash for each 1 of the size');
    this.#sha256 = sha256;
    this.#size = size;
    this.#hashes = [...hashes];
    this.#pair[0] = nodePrefix;
  }

  get size(): number {
    return this.#size;
  }

  /** Largest subtree first. The arrays must not be changed. */
  get hashes(): readonly Uint8Array[] {
    return this.#hashes;
  }

  /** Adds a leaf by its hash, which the frontier keeps. */
  append(leaf: Uint8Array): void {
    let subtree = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.#hashes.pop();
      assert(left !== undefined, 'an odd size has a subtree to join');
      subtree = this.#join(left, subtree);
    }
    this.#hashes.push(subtree);
    this.#size += 1;
  }

  /** The tree hash of all leaves. */
  root(): Uint8Array {
    let root = this.#hashes.at(-1);
    if (root === undefined) return this.#sha256(new Uint8Array(0));
    for (let at = this.#hashes.length - 2; at >= 0; at -= 1) {
      root = this.#join(this.#hashes[at] as Uint8Array, root);
    }
    return root;
  }

  #join(left: Uint8Array, right: Uint8Array): Uint8Array {
    this.#pair.set(left, 1);
    this.#pair.set(right, 1 + hashBytes);
    return this.#sha256(this.#pair);
  }
}

/** How many hashes the frontier of a tree of that size has. */
export function onesOf(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}

/** The leaf hash of a line without its newline. */
export function leafHash(sha256: Sha256, line: Uint8Array): Uint8Array {
  const prefixed = new Uint8Array(1 + line.length);
  prefixed.set(line, 1);
  return sha256(prefixed);
}
