/**
 * A request thread as the main thread has it: started, given its storage, told what signals ask
 * for, and ended. It loads no native add-on (the platform refuses them there), so that it can be
 * ended at any moment: a thread that ends while such code runs takes the process down with a core
 * dump.
 *
 * It ends the process itself when it meets what nobody expected; one that is gone without a word
 * (out of memory) is the end of the process as well.
 */
import { extname, join } from 'node:path';
import { type MessagePort, type Transferable, Worker } from 'node:worker_threads';
import { AssertionFailure, assert } from '../../shared/assert.ts';
import type { Pulse } from '../service/pulse.ts';
import type { LogLevel } from '../telemetry/log.ts';
import { failureOf } from '../threads/failure-message.ts';
import type {
  ListeningAgent,
  RequestThreadData,
  StorageConnection,
  ThreadOrder,
  ThreadRole,
  ThreadWord,
} from '../threads/thread-messages.ts';

/** Beside the composition that it runs, compiled or not as this file is. */
const ownProgram = join(
  import.meta.dirname,
  '..',
  'runtime',
  `request-program${extname(import.meta.filename)}`,
);

export interface RequestThreadEvents {
  readonly sealChanged: (sealed: boolean) => void;
  /** The thread is gone though nobody ended it; the process must end. */
  readonly lost: (reason: Error) => void;
}

interface Running {
  readonly resolve: (word: ThreadWord) => void;
  readonly reject: (reason: Error) => void;
}

export class RequestThread implements Pulse {
  readonly #worker: Worker;
  readonly #events: RequestThreadEvents;
  /** The order that is being carried out. */
  #running: Running | undefined;
  #answered = true;
  #ending = false;

  /**
   * Starts the thread, which loads its program while the storage is opened. Tests have others to
   * run.
   */
  constructor(data: RequestThreadData, events: RequestThreadEvents, program: string = ownProgram) {
    this.#events = events;
    this.#worker = new Worker(program, { workerData: data, execArgv: ['--no-addons'] });
    this.#worker.on('message', (word: ThreadWord) => this.#hear(word));
    this.#worker.on('error', (error) => this.#lost(error as Error));
    this.#worker.on('exit', () => this.#lost(new AssertionFailure('a request thread ended')));
  }

  /**
   * Resolves when it listens, with links to those that serve beside it. Throws what Agent.start
   * throws.
   */
  async beginFirst(
    storage: StorageConnection,
    serving: readonly MessagePort[] = [],
  ): Promise<ListeningAgent> {
    const role = { kind: 'first', serving } as const;
    const word = await this.#begin(storage, role, serving);
    assert(word.kind === 'listening', 'a thread that has begun listens');
    return word.agent;
  }

  /** Resolves when it listens beside the first. Throws what ServingAgent.start throws. */
  async beginServing(storage: StorageConnection, first: MessagePort): Promise<void> {
    const word = await this.#begin(storage, { kind: 'serving', first }, [first]);
    assert(word.kind === 'serving', 'a thread that has begun serves');
  }

  /** What SIGHUP asks for. Throws what Agent.reload throws; then what was in use stays in use. */
  async reload(level: LogLevel | undefined): Promise<void> {
    await this.#order({ kind: 'reload', level });
  }

  /** Finishes what is under way, and lets go of the storage. Throws what Agent.stop throws. */
  async stop(): Promise<void> {
    await this.#order({ kind: 'stop' });
  }

  /** Ends the thread at once, whatever it does. */
  async end(): Promise<void> {
    this.#ending = true;
    await this.#worker.terminate();
  }

  ask(): void {
    this.#answered = false;
    this.#send({ kind: 'ping' });
  }

  get answered(): boolean {
    return this.#answered;
  }

  #begin(
    storage: StorageConnection,
    role: ThreadRole,
    links: readonly MessagePort[],
  ): Promise<ThreadWord> {
    return this.#order({ kind: 'begin', storage, role }, [storage.store.port, ...links]);
  }

  #order(order: ThreadOrder, transfer: readonly Transferable[] = []): Promise<ThreadWord> {
    assert(this.#running === undefined, 'a thread carries out one order at a time');
    return new Promise((resolve, reject) => {
      this.#running = { resolve, reject };
      this.#send(order, transfer);
    });
  }

  #send(order: ThreadOrder, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(order, transfer);
  }

  #hear(word: ThreadWord): void {
    switch (word.kind) {
      case 'pong':
        this.#answered = true;
        return;
      case 'seal-changed':
        return this.#events.sealChanged(word.sealed);
      case 'failed':
        return this.#takeRunning().reject(failureOf(word.failure));
      case 'listening':
      case 'serving':
      case 'reloaded':
      case 'stopped':
        return this.#takeRunning().resolve(word);
    }
  }

  #takeRunning(): Running {
    const running = this.#running;
    assert(running !== undefined, 'a thread answers an order');
    this.#running = undefined;
    return running;
  }

  #lost(reason: Error): void {
    if (!this.#ending) this.#events.lost(reason);
  }
}
