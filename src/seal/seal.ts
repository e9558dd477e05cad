/**
 * The seal's state machine: who may hold the keys, and when. Everything that opens or shuts the
 * barrier passes here.
 */
import { assert, AssertionFailure } from '../../shared/assert.ts';
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { decodeShare } from '../../shared/share/share.ts';
import type { KeyringBarrier } from '../barrier/keyring-barrier.ts';
import { zero } from '../crypto/bytes.ts';
import type { Clock, Timers } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import { AttemptLimit, resetRate, wrongShareRate } from './attempt-limit.ts';
import {
  type Founded,
  foundCluster,
  type InitialiseOptions,
  type IssuedShare,
  type PrepareFounding,
  takeFoundingBack,
} from './found.ts';
import { resetsPerHourMax, wrongSharesPerSecondMax } from './limits.ts';
import type { Quorum, QuorumPurpose } from './quorum.ts';
import { Quorums } from './quorums.ts';
import { SealListeners } from './seal-listeners.ts';
import { unwrapRootKey } from './seal-record.ts';
import {
  type CollectionListener,
  type CollectionSnapshot,
  ShareCollection,
} from './share-collection.ts';
import { type SealStatus, statusOf } from './seal-status.ts';
import type { SealAct, SealListener, SealWatcher } from './seal-watcher.ts';
import { readSeal, type StoredSeal } from './stored-seal.ts';

export interface SealPorts {
  readonly store: Store;
  readonly barrier: KeyringBarrier;
  readonly random: Random;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Forces a garbage collection, which clears the memory of dropped keys. */
  readonly collectGarbage: () => void | Promise<void>;
}

export interface SubmitOptions {
  /** If given, it must be that of the running unseal. */
  readonly nonce?: string;
  /** Who enters the share, for those who watch. */
  readonly by?: string;
}

export interface ResetOptions extends SubmitOptions {
  /** Why, for those who watch. */
  readonly reason?: string;
}

export interface Initialised {
  /** For their holders; whoever hands them out zeroes them. */
  readonly shares: readonly IssuedShare[];
  /** Takes the founding back, where no share was given to anybody. Throws what the store throws. */
  readonly undo: () => Promise<void>;
}

/** The seal of one store once it has been read. */
interface Held extends StoredSeal {
  readonly collection: ShareCollection;
}

/**
 * Whether the server holds its keys:
 *
 *   not initialised → (initialise) → sealed ⇄ (enough shares / seal) ⇄ unsealed
 *
 * The server counts as unsealed only when everything that listens has started.
 */
export class Seal {
  readonly #ports: SealPorts;
  readonly #wrongShares: AttemptLimit;
  readonly #resets: AttemptLimit;
  readonly #listeners: SealListeners;
  readonly #quorums: Quorums;
  #held: Held | undefined;
  #sealed = true;
  #unsealing: Promise<void> | undefined;
  #sealing: Promise<void> | undefined;

  constructor(ports: SealPorts) {
    this.#ports = ports;
    this.#wrongShares = new AttemptLimit(ports.clock, wrongShareRate);
    this.#resets = new AttemptLimit(ports.clock, resetRate);
    this.#listeners = new SealListeners(ports.log);
    this.#quorums = new Quorums(ports, {
      enter: (collection, text, by) => this.#limited(() => collection.add(decodeShare(text), by)),
      prove: (unsealKey) => this.#prove(unsealKey),
    });
  }

  get sealed(): boolean {
    return this.#sealed;
  }

  get initialised(): boolean {
    return this.#held !== undefined;
  }

  /** Reads the seal of the store; called before anything else. Throws what `readSeal` throws. */
  async load(): Promise<void> {
    const { stored } = await readSeal(this.#ports.store);
    if (stored !== undefined) this.#hold(stored);
  }

  status(): SealStatus {
    return statusOf(this.#held, this.collection, this.#sealed);
  }

  /** The shares of an unseal as they may be shown; undefined before the initialisation. */
  get collection(): CollectionSnapshot | undefined {
    return this.#held?.collection.snapshot();
  }

  /** Calls `listener` after every unseal and before the server counts as unsealed. */
  onUnsealed(listener: SealListener): void {
    this.#listeners.onUnsealed(listener);
  }

  /** Calls `listener` after the keys have been dropped, also when an unseal failed half-way. */
  onSealed(listener: SealListener): void {
    this.#listeners.onSealed(listener);
  }

  /** Calls `listener` whenever shares of an unseal come in or are dropped. */
  onProgress(listener: CollectionListener): void {
    this.#listeners.onProgress(listener);
    this.#held?.collection.onChange(listener);
  }

  /** Tells `watcher` what happens besides progress. */
  watch(watcher: SealWatcher): void {
    this.#listeners.watch(watcher);
  }

  /**
   * Founds the cluster and stays sealed. What `prepare` returns is part of the one commit. Throws
   * what `foundCluster` throws.
   */
  async initialise(options: InitialiseOptions, prepare: PrepareFounding): Promise<Initialised> {
    if (this.#held !== undefined) throw failure('seal.already-initialised');
    const founded = await foundCluster(this.#ports, options, prepare);
    this.#hold(founded.stored);
    this.#ports.log.info('initialised', { cluster: founded.stored.cluster.id });
    return { shares: founded.shares, undo: () => this.#takeBack(founded) };
  }

  /**
   * Enters a share (ASCII bytes, which stay the caller's to zero). The last one unseals. On an
   * unsealed server nothing happens. Throws `seal.not-initialised`, `seal.nonce-mismatch`,
   * `seal.too-many-attempts`, `seal.unwrap-failed`, and what `decodeShare` and the collection
   * throw; a refused share costs nothing that was entered before.
   */
  async submit(text: Uint8Array, options: SubmitOptions = {}): Promise<SealStatus> {
    const held = this.#requireHeld();
    if (this.#unsealing === undefined && this.#sealed) {
      const key = this.#enterWatched(held.collection, text, options);
      if (key !== undefined) this.#unsealing = this.#unseal(held, key);
    }
    await this.#unsealing;
    return this.status();
  }

  /**
   * Drops the shares entered so far; where there are none, nothing changes. Throws
   * `seal.not-initialised`, `seal.unsealed`, `seal.nonce-mismatch`, `seal.too-many-attempts` or
   * `seal.too-many-resets`.
   */
  reset(options: ResetOptions = {}): SealStatus {
    const { collection } = this.#requireHeld();
    if (!this.#sealed) throw failure('seal.unsealed');
    this.#limited(() => requireNonce(collection, options));
    // A new nonce for nothing would void the boxes that holders have on their way.
    if (collection.snapshot().progress === 0) return this.status();
    if (!this.#resets.admit()) throw failure('seal.too-many-resets', { resetsPerHourMax });
    collection.reset();
    this.#listeners.tellReset(options.by, options.reason ?? '');
    return this.status();
  }

  /**
   * Drops every key, tells the listeners and forces a collection. Nothing happens if sealed. Throws
   * what the first listener that failed threw (a broken assertion goes first); the server is sealed
   * all the same. Of two who seal at once the first is told.
   */
  async seal(act: SealAct = {}): Promise<void> {
    if (this.#unsealing !== undefined) {
      // A part that hangs while it starts must not keep the keys here.
      this.#ports.barrier.clear();
      await this.#unsealing.catch(() => undefined);
    }
    if (!this.#sealed) {
      this.#sealing = this.#dropKeys(act).finally(() => {
        this.#sealing = undefined;
      });
    }
    await this.#sealing;
  }

  /**
   * Starts a ceremony that proves knowledge of the unseal key. Throws `request.sealed`, or
   * `seal.ceremony-running` while one with this purpose runs.
   */
  startQuorum(purpose: QuorumPurpose): Quorum {
    const { record } = this.#requireHeld();
    if (this.#sealed) throw failure('request.sealed');
    return this.#quorums.start(purpose, record);
  }

  /** The running ceremony with that purpose. */
  quorum(purpose: QuorumPurpose): Quorum | undefined {
    return this.#quorums.running(purpose);
  }

  async #takeBack({ stored, written }: Founded): Promise<void> {
    assert(this.#sealed && this.#unsealing === undefined, 'nobody has the shares');
    const { log, store } = this.#ports;
    const cluster = stored.cluster.id;
    try {
      await takeFoundingBack(store, written);
      this.#held?.collection.reset();
      this.#held = undefined;
    } catch (error) {
      log.error(
        'a cluster was founded whose shares nobody has: found another, in an empty folder',
        {
          cluster,
          error,
        },
      );
      throw error;
    }
    log.warn('the initialisation was taken back: its answer could not be given', { cluster });
    this.#listeners.tellChanged(this.#sealed, {});
  }

  #enterWatched(
    collection: ShareCollection,
    text: Uint8Array,
    options: SubmitOptions,
  ): Uint8Array<ArrayBuffer> | undefined {
    try {
      return this.#limited(() => {
        requireNonce(collection, options);
        return collection.add(decodeShare(text), options.by);
      });
    } catch (error) {
      if (error instanceof StrongBoxError && error.code !== 'seal.too-many-attempts') {
        this.#listeners.tellRefused(error.code, options.by);
      }
      throw error;
    }
  }

  /**
   * A flood of wrong shares or nonces is answered without a reason, but never keeps a right share
   * out: checking one costs microseconds.
   */
  #limited<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof StrongBoxError) || this.#wrongShares.admit()) throw error;
      throw failure('seal.too-many-attempts', { wrongSharesPerSecondMax });
    }
  }

  async #unseal(held: Held, unsealKey: Uint8Array): Promise<void> {
    try {
      // Its failure is the affair of whoever sealed.
      await this.#sealing?.catch(() => undefined);
      await this.#openBarrier(held, unsealKey);
      await this.#listeners.startParts();
      this.#sealed = false;
      this.#ports.log.info('unsealed');
      this.#listeners.tellChanged(this.#sealed, {});
    } catch (error) {
      // Why it failed matters more than what failed after it, which is in the log.
      await this.#dropKeys({}).catch((later: unknown) => {
        if (later instanceof AssertionFailure) throw later;
      });
      throw error;
    } finally {
      this.#unsealing = undefined;
    }
  }

  async #openBarrier(held: Held, unsealKey: Uint8Array): Promise<void> {
    const rootKey = unwrapRootKey(held.record, unsealKey);
    zero(unsealKey);
    if (rootKey === undefined) throw failure('seal.unwrap-failed');
    try {
      await this.#ports.barrier.unseal(rootKey);
    } finally {
      zero(rootKey);
    }
  }

  #prove(unsealKey: Uint8Array): void {
    const rootKey = unwrapRootKey(this.#requireHeld().record, unsealKey);
    zero(unsealKey);
    const held = rootKey !== undefined && this.#ports.barrier.holdsRootKey(rootKey);
    if (rootKey !== undefined) zero(rootKey);
    if (!held) throw failure('seal.unwrap-failed');
  }

  async #dropKeys(act: SealAct): Promise<void> {
    this.#sealed = true;
    this.#ports.barrier.clear();
    this.#held?.collection.reset();
    this.#quorums.cancelAll();
    const errors = await this.#listeners.stopParts(act);
    await this.#ports.collectGarbage();
    this.#ports.log.info('sealed');
    this.#listeners.tellChanged(this.#sealed, act);
    if (errors.length > 0) throw errors[0];
  }

  #hold(stored: StoredSeal): void {
    assert(this.#sealed, 'a seal is read while sealed');
    const collection = new ShareCollection(stored.record, this.#ports);
    this.#listeners.follow(collection);
    this.#held = { ...stored, collection };
  }

  #requireHeld(): Held {
    if (this.#held === undefined) throw failure('seal.not-initialised');
    return this.#held;
  }
}

function requireNonce(collection: ShareCollection, { nonce }: SubmitOptions): void {
  if (nonce !== undefined && nonce !== collection.snapshot().nonce) {
    throw failure('seal.nonce-mismatch');
  }
}
