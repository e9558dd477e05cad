/** The verification of an audit log that this console runs: one at a time, it can be stopped. */
import { verifyFilesApart, verifyNodeApart } from '../../client/audit-verification.ts';
import type { VerifySource } from '../model/verify.ts';
import type { Channel } from './channel.ts';
import type { ConsoleStore } from './store.ts';

export class Verification {
  readonly #store: ConsoleStore;
  readonly #channel: Channel;
  #running: AbortController | undefined;

  constructor(store: ConsoleStore, channel: Channel) {
    this.#store = store;
    this.#channel = channel;
  }

  async run(source: VerifySource): Promise<void> {
    this.stop();
    const running = new AbortController();
    this.#running = running;
    const startedAtMs = Date.now();
    const onProgress = (progress: { done: number; total: number; records: number }): void => {
      if (running.signal.aborted) return;
      const state = { kind: 'running', source, startedAtMs, progress } as const;
      this.#store.happen({ kind: 'verify', state });
    };
    onProgress({ done: 0, total: 0, records: 0 });
    const hooks = { onProgress, signal: running.signal };
    const end =
      source.kind === 'files'
        ? await verifyFilesApart(source.paths, hooks)
        : await verifyNodeApart(
            source.node,
            (from, lines) => this.#channel.call('audit.read', { node: source.node, from, lines }),
            hooks,
          );
    if (running.signal.aborted) return;
    this.#running = undefined;
    const tookMs = Date.now() - startedAtMs;
    const state = end.ok
      ? ({ kind: 'done', source, report: end.report, tookMs } as const)
      : ({ kind: 'failed', source, problem: end.problem } as const);
    this.#store.happen({ kind: 'verify', state });
  }

  stop(): void {
    if (this.#running === undefined) return;
    this.#running.abort();
    this.#running = undefined;
    this.#store.happen({ kind: 'verify', state: { kind: 'none' } });
  }
}
