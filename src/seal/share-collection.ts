/** How the shares of one ceremony come together, one by one and each checked on its own. */
import { assert, AssertionFailure } from '../../shared/assert.ts';
import { encodeHex } from '../../shared/encoding/hex.ts';
import { failure } from '../../shared/errors/failure.ts';
import { newUuid } from '../../shared/ids.ts';
import { copySecret } from '../../shared/secret-bytes.ts';
import { setIdBytes, type Share } from '../../shared/share/share.ts';
import { zero } from '../crypto/bytes.ts';
import { equalConstantTime } from '../crypto/compare.ts';
import type { Clock, Timers } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import { ceremonyIdleTimeoutMs } from './limits.ts';
import { commitShare, type ShareSet } from './seal-record.ts';
import { combine, type Point } from './shamir.ts';

export interface CollectionPorts {
  readonly random: Random;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** What may be shown of a collection: never a share. */
export interface CollectionSnapshot {
  /** New with every reset, time-out and completion. */
  readonly nonce: string;
  readonly threshold: number;
  readonly count: number;
  readonly progress: number;
  /** Which shares are in, in the order they came, and who entered them if that is known. */
  readonly entered: readonly { readonly index: number; readonly by: string | undefined }[];
}

/** What made a collection change. */
export type CollectionChange = 'entered' | 'completed' | 'reset' | 'expired';

export type CollectionListener = (change: CollectionChange, snapshot: CollectionSnapshot) => void;

interface Entered extends Point {
  readonly by: string | undefined;
}

/**
 * The shares entered in one ceremony (unseal, generate-root). Each is checked against its
 * commitment when it is entered, so a wrong one is named at once and costs nothing that was entered
 * before. A half-entered set is dropped when no share has come for `ceremonyIdleTimeoutMs`.
 */
export class ShareCollection {
  readonly #set: ShareSet;
  readonly #ports: CollectionPorts;
  readonly #listeners = new Set<CollectionListener>();
  #entered: Entered[] = [];
  #nonce: string;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #disarm: () => void = () => undefined;

  constructor(set: ShareSet, ports: CollectionPorts) {
    this.#set = set;
    this.#ports = ports;
    assert(set.setId.length === setIdBytes, 'a set has an id');
    this.#nonce = newUuid(ports.random);
  }

  /** The state as it may be shown. */
  snapshot(): CollectionSnapshot {
    this.#expireIfDue();
    const { threshold, count } = this.#set;
    const entered = this.#entered.map(({ index, by }) => ({ index, by }));
    return { nonce: this.#nonce, threshold, count, progress: entered.length, entered };
  }

  /** Calls `listener` after every change; the returned function ends that. */
  onChange(listener: CollectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes a share over (its bytes are zeroed here, also when it is refused). Returns the key that
   * the shares make once enough are in, else undefined; the caller zeroes it, and the collection
   * starts anew. Throws `share.foreign`, `share.short`, `share.mismatch` or `share.duplicate`.
   */
  add(share: Share, by?: string): Uint8Array<ArrayBuffer> | undefined {
    this.#expireIfDue();
    try {
      this.#enter(share, by);
    } catch (error) {
      zero(share.secret);
      throw error;
    }
    this.restartIdleTime();
    this.#tell('entered');
    if (this.#entered.length < this.#set.threshold) return undefined;
    const key = this.#combine();
    this.#clear();
    this.#tell('completed');
    return key;
  }

  /** Drops what was entered and takes a new nonce. */
  reset(): void {
    this.#clear();
    this.#tell('reset');
  }

  /** Starts to wait anew for the next share, also if none was entered yet. */
  restartIdleTime(): void {
    const { clock, timers } = this.#ports;
    this.#disarm();
    this.#deadlineMs = clock.monotonicMs() + ceremonyIdleTimeoutMs;
    this.#disarm = timers.after(ceremonyIdleTimeoutMs, () => this.#expire());
  }

  #enter(share: Share, by: string | undefined): void {
    const { setId, count, threshold, commitments } = this.#set;
    if (share.kind === 'framed' && !equalConstantTime(share.setId, setId)) {
      throw failure('share.foreign', {
        foreignSetId: encodeHex(share.setId),
        setId: encodeHex(setId),
      });
    }
    // The only share of a set is the whole key, which has no index in its raw form.
    const index = share.index ?? (count === 1 ? 1 : undefined);
    if (index === undefined) throw failure('share.short');
    const commitment = commitments[index - 1];
    const committed = commitShare(setId, index, share.secret);
    if (commitment === undefined || !equalConstantTime(commitment, committed)) {
      throw failure('share.mismatch');
    }
    if (this.#entered.some((other) => other.index === index)) {
      throw failure('share.duplicate', { index, needed: threshold - this.#entered.length });
    }
    this.#entered.push({ index, bytes: share.secret, by });
  }

  #combine(): Uint8Array<ArrayBuffer> {
    const [only] = this.#entered;
    assert(only !== undefined, 'a share was entered');
    return this.#set.threshold === 1 ? copySecret(only.bytes) : combine(this.#entered);
  }

  #expireIfDue(): void {
    if (this.#ports.clock.monotonicMs() >= this.#deadlineMs) this.#expire();
  }

  #expire(): void {
    this.#clear();
    this.#tell('expired');
  }

  #clear(): void {
    for (const { bytes } of this.#entered) zero(bytes);
    this.#entered = [];
    this.#disarm();
    this.#disarm = () => undefined;
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    this.#nonce = newUuid(this.#ports.random);
  }

  /** The ceremony goes on whatever becomes of those who watch it. */
  #tell(change: CollectionChange): void {
    const snapshot = this.snapshot();
    for (const listener of this.#listeners) {
      try {
        listener(change, snapshot);
      } catch (error) {
        if (error instanceof AssertionFailure) throw error;
        this.#ports.log.error('a watcher of a ceremony failed', { error });
      }
    }
  }
}
