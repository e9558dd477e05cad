/**
 * All request threads as the main thread has them: the first, and those that serve beside it. The
 * first has the seal, the audit writer and everything else that there is once; so it begins before
 * the others, and stops after them.
 */
import { MessageChannel } from 'node:worker_threads';
import { assert } from '../../shared/assert.ts';
import type { Pulse } from '../service/pulse.ts';
import type { LogLevel } from '../telemetry/log.ts';
import type {
  ListeningAgent,
  RequestThreadData,
  StorageConnection,
} from '../threads/thread-messages.ts';
import { RequestThread, type RequestThreadEvents } from './request-thread.ts';

export class RequestThreads implements Pulse {
  readonly #first: RequestThread;
  readonly #serving: readonly RequestThread[];

  /** Starts `data.config.threads.request` of them; `program`: see RequestThread. */
  constructor(data: RequestThreadData, events: RequestThreadEvents, program?: string) {
    this.#first = new RequestThread(data, events, program);
    const { request } = data.config.threads;
    this.#serving = Array.from(
      { length: request - 1 },
      () => new RequestThread(data, events, program),
    );
  }

  /** Resolves when all listen. Throws what the first one that could not begin threw. */
  async begin(connect: () => StorageConnection): Promise<ListeningAgent> {
    const links = this.#serving.map(() => new MessageChannel());
    const firstEnds = links.map(({ port1 }) => port1);
    const agent = await this.#first.beginFirst(connect(), firstEnds);
    const begun = this.#serving.map((thread, at) => {
      const link = links[at];
      assert(link !== undefined, 'each has a link');
      return thread.beginServing(connect(), link.port2);
    });
    await Promise.all(begun);
    return agent;
  }

  /** Throws what the first one that failed threw; then what was in use there stays in use. */
  async reload(level: LogLevel | undefined): Promise<void> {
    for (const thread of this.#all) await thread.reload(level);
  }

  /** Finishes what is under way on all of them. */
  async stop(): Promise<void> {
    await Promise.all(this.#serving.map((thread) => thread.stop()));
    await this.#first.stop();
  }

  /** Ends them at once, whatever they do. */
  async end(): Promise<void> {
    await Promise.all(this.#all.map((thread) => thread.end()));
  }

  ask(): void {
    for (const thread of this.#all) thread.ask();
  }

  get answered(): boolean {
    return this.#all.every(({ answered }) => answered);
  }

  get #all(): readonly RequestThread[] {
    return [this.#first, ...this.#serving];
  }
}
