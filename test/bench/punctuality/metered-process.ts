/** A child process with a meter in it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import type { Lateness } from './lateness-meter.ts';
import type { MeterOrder, MeterWord } from './protocol.ts';

/** Those of the agent's launcher that decide over memory and its collection. */
const flags = ['--expose-gc', '--max-semi-space-size=8'];

export class MeteredProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #words: MeterWord[] = [];

  constructor(program: string, args: readonly string[] = []) {
    const file = join(import.meta.dirname, program + extname(import.meta.filename));
    this.#child = fork(file, [...args], { execArgv: flags });
    this.#child.on('message', (word: MeterWord) => this.#words.push(word));
  }

  tell(order: MeterOrder): void {
    this.#child.send(order);
  }

  /** The next word of a kind, said now or before. */
  async word<Kind extends MeterWord['kind']>(
    kind: Kind,
  ): Promise<Extract<MeterWord, { kind: Kind }>> {
    for (;;) {
      const at = this.#words.findIndex((word) => word.kind === kind);
      const [found] = at < 0 ? [] : this.#words.splice(at, 1);
      if (found !== undefined) return found as Extract<MeterWord, { kind: Kind }>;
      await once(this.#child, 'message', { signal: AbortSignal.timeout(120_000) });
    }
  }

  async stopMeter(): Promise<Lateness> {
    this.tell({ kind: 'stop' });
    return (await this.word('measured')).lateness;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
