import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import type {
  CollectionListener,
  CollectionSnapshot,
  ShareCollection,
} from './share-collection.ts';

/** What a quorum is gathered for. */
export type QuorumPurpose = 'generate-root';

export interface QuorumAnswer {
  readonly complete: boolean;
  readonly snapshot: CollectionSnapshot;
}

/** What the seal does for a quorum. */
export interface QuorumSupport {
  /** Decodes a share and adds it; the key once the shares are enough. */
  enter(collection: ShareCollection, text: Uint8Array, by?: string): Uint8Array | undefined;
  /** Throws unless the key opens the root key that is in use. Zeroes the key. */
  prove(unsealKey: Uint8Array): void;
  /** Called once, when the quorum is over. */
  ended(): void;
}

/**
 * A ceremony on an unsealed server in which enough share holders prove that they hold the unseal
 * key. It ends when it is complete or cancelled, when the server is sealed, and when no share has
 * come for `ceremonyIdleTimeoutMs`.
 */
export class Quorum {
  readonly purpose: QuorumPurpose;
  /** What a share must be sent with. */
  readonly nonce: string;
  readonly #collection: ShareCollection;
  readonly #support: QuorumSupport;
  #ended = false;

  constructor(purpose: QuorumPurpose, collection: ShareCollection, support: QuorumSupport) {
    this.purpose = purpose;
    this.nonce = collection.snapshot().nonce;
    this.#collection = collection;
    this.#support = support;
    collection.onChange((change) => {
      if (change !== 'entered') this.#end();
    });
    collection.restartIdleTime();
  }

  /** Whether it is over, for whatever reason. */
  get ended(): boolean {
    // A look at the collection ends it if its time has passed.
    this.#collection.snapshot();
    return this.#ended;
  }

  snapshot(): CollectionSnapshot {
    return this.#collection.snapshot();
  }

  onChange(listener: CollectionListener): () => void {
    return this.#collection.onChange(listener);
  }

  /**
   * Enters a share. `complete` says that the holders have proved to hold the unseal key, and is
   * told once. Throws `seal.ceremony-ended`, `seal.nonce-mismatch`, `seal.too-many-attempts`,
   * `seal.unwrap-failed` and what `decodeShare` and the collection throw.
   */
  submit(text: Uint8Array, nonce: string, by?: string): QuorumAnswer {
    if (this.ended) throw failure('seal.ceremony-ended');
    if (nonce !== this.nonce) throw failure('seal.nonce-mismatch');
    const before = this.#collection.snapshot();
    const key = this.#support.enter(this.#collection, text, by);
    if (key === undefined) return { complete: false, snapshot: this.#collection.snapshot() };
    assert(this.#ended, 'a complete collection has ended the quorum');
    this.#support.prove(key);
    return { complete: true, snapshot: { ...before, progress: before.threshold } };
  }

  /** Drops what was entered. */
  cancel(): void {
    if (!this.#ended) this.#collection.reset();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#support.ended();
  }
}
