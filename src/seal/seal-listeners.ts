/**
 * Who is told what the seal does: the parts that start and stop with the keys, whose failures
 * count, and those who watch, who change nothing.
 */
import { AssertionFailure } from '../../shared/assert.ts';
import type { ErrorCode } from '../../shared/errors/registry.ts';
import type { Log } from '../ports/log.ts';
import type { SealAct, SealListener, SealWatcher } from './seal-watcher.ts';
import type { CollectionListener, ShareCollection } from './share-collection.ts';

export class SealListeners {
  readonly #log: Log;
  readonly #onSealed = new Set<SealListener>();
  readonly #onUnsealed = new Set<SealListener>();
  readonly #onProgress = new Set<CollectionListener>();
  readonly #watchers = new Set<SealWatcher>();

  constructor(log: Log) {
    this.#log = log;
  }

  onSealed(listener: SealListener): void {
    this.#onSealed.add(listener);
  }

  onUnsealed(listener: SealListener): void {
    this.#onUnsealed.add(listener);
  }

  /** For the collections that `follow` is given from now on. */
  onProgress(listener: CollectionListener): void {
    this.#onProgress.add(listener);
  }

  watch(watcher: SealWatcher): void {
    this.#watchers.add(watcher);
  }

  /** Tells the progress of these shares. */
  follow(collection: ShareCollection): void {
    for (const listener of this.#onProgress) collection.onChange(listener);
  }

  /** Starts the parts, one after the other. Throws what the first that failed threw. */
  async startParts(): Promise<void> {
    for (const listener of this.#onUnsealed) await listener({});
  }

  /**
   * Stops every part, whichever fails: none of them may keep a key because of another. Returns what
   * they threw, broken assertions first.
   */
  async stopParts(act: SealAct): Promise<readonly unknown[]> {
    const errors: unknown[] = [];
    for (const listener of this.#onSealed) {
      try {
        await listener(act);
      } catch (error) {
        errors.push(error);
        this.#log.error('a part failed to stop when the server was sealed', { error });
      }
    }
    const isFault = (error: unknown): boolean => error instanceof AssertionFailure;
    return [...errors.filter(isFault), ...errors.filter((error) => !isFault(error))];
  }

  tellRefused(code: ErrorCode, by: string | undefined): void {
    for (const watcher of this.#watchers) watcher.refused(code, by);
  }

  tellReset(by: string | undefined, reason: string): void {
    for (const watcher of this.#watchers) watcher.reset(by, reason);
  }

  tellChanged(sealed: boolean, act: SealAct): void {
    for (const watcher of this.#watchers) watcher.changed(sealed, act);
  }
}
