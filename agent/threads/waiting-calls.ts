/** Calls of another thread that it has not answered yet: so many at most, and none for ever. */
import { assert } from '../../shared/assert.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';

type Overloaded = 'store.overloaded' | 'request.overloaded' | 'audit.overloaded';

interface WaitingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: StrongBoxError) => void;
}

export class WaitingCalls {
  readonly #callsMax: number;
  readonly #overloaded: Overloaded;
  readonly #calls = new Map<number, WaitingCall>();
  #lastId = 0;
  #emptied: (() => void) | undefined;

  /** One call more than `callsMax` is refused with that code. */
  constructor(callsMax: number, overloaded: Overloaded = 'store.overloaded') {
    this.#callsMax = callsMax;
    this.#overloaded = overloaded;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Has `send` send a call of that id; resolves with its answer, or throws why there is none. */
  call<Answer>(send: (id: number) => void): Promise<Answer> {
    if (this.#calls.size >= this.#callsMax) throw failure(this.#overloaded);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<Answer>((resolve, reject) => {
      this.#calls.set(id, { resolve: (value) => resolve(value as Answer), reject });
      send(id);
    });
  }

  answer(id: number, value: unknown): void {
    this.#take(id).resolve(value);
  }

  refuse(id: number, reason: StrongBoxError): void {
    this.#take(id).reject(reason);
  }

  /** The other thread is gone. */
  refuseAll(reason: StrongBoxError): void {
    for (const id of this.#calls.keys()) this.refuse(id, reason);
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    if (this.#calls.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }

  #take(id: number): WaitingCall {
    const call = this.#calls.get(id);
    assert(call !== undefined, 'an answer belongs to a call');
    this.#calls.delete(id);
    if (this.#calls.size === 0) this.#emptied?.();
    return call;
  }
}
