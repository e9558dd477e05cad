/** A request thread that runs a stand-in for its program. */
import { MessageChannel } from 'node:worker_threads';
import { RequestThread } from '../../../agent/process/request-thread.ts';
import type {
  RequestThreadData,
  StorageConnection,
} from '../../../agent/threads/thread-messages.ts';
import type { StandInData } from './stand-in-thread.ts';

export class StandIn implements AsyncDisposable {
  readonly thread: RequestThread;
  /** Resolves when the thread is gone though nobody ended it. */
  readonly lost: Promise<Error>;
  readonly #wake = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  constructor(begin: StandInData['begin']) {
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.lost = promise;
    const data: StandInData = { begin, wake: this.#wake };
    const program = new URL('stand-in-thread.ts', import.meta.url).pathname;
    const events = { sealChanged: () => undefined, lost: resolve };
    this.thread = new RequestThread(data as unknown as RequestThreadData, events, program);
  }

  /** Blocks the thread; the returned function unblocks it. */
  block(): () => Promise<void> {
    Atomics.store(this.#wake, 0, 0);
    const reloaded = this.thread.reload(undefined);
    return async () => {
      Atomics.store(this.#wake, 0, 1);
      Atomics.notify(this.#wake, 0);
      await reloaded;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.thread.end();
  }
}

/** One that has begun. */
export async function startStandIn(): Promise<StandIn> {
  const standIn = new StandIn('listen');
  await standIn.thread.beginFirst(connection());
  return standIn;
}

/** To no store at all. */
export function connection(): StorageConnection {
  const { port2 } = new MessageChannel();
  const store = { port: port2, revision: 0, position: undefined, heard: new SharedArrayBuffer(8) };
  return { facts: { type: 'memory', crashed: false, notes: [], loopDelay: undefined }, store };
}
