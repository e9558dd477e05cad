/** Listeners, and work that goes on only while there are any. */
export class Watched {
  readonly #begin: () => () => void;
  readonly #listeners = new Set<{ readonly tell: () => void }>();
  #end: () => void = () => undefined;

  /** `begin` is called when the first listener comes; what it returns when the last has left. */
  constructor(begin: () => () => void = () => () => undefined) {
    this.#begin = begin;
  }

  get any(): boolean {
    return this.#listeners.size > 0;
  }

  watch(listener: () => void): () => void {
    const watcher = { tell: listener };
    this.#listeners.add(watcher);
    if (this.#listeners.size === 1) this.#end = this.#begin();
    return () => {
      if (this.#listeners.delete(watcher) && this.#listeners.size === 0) this.#end();
    };
  }

  tell(): void {
    for (const { tell } of this.#listeners) tell();
  }
}

/** Calls `act` now and then every `intervalMs`; the returned function ends that. */
export function every(intervalMs: number, act: () => void): () => void {
  const timer = setInterval(act, intervalMs);
  timer.unref();
  act();
  return () => clearInterval(timer);
}
