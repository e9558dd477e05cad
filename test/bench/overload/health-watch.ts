/** Asks an agent for its health fifty times a second, on one connection of its own. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ascending, percentile } from '../load/measured.ts';
import { ResponseReader } from '../load/response-reader.ts';

const everyMs = 20;
const question = 'GET /v1/sys/health HTTP/1.1\r\nHost: localhost\r\n\r\n';

export interface Health {
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Asked and not answered with 200. */
  readonly failed: number;
}

export class HealthWatch {
  readonly #socket: Socket;
  readonly #times: number[] = [];
  readonly #loop: Promise<void>;
  #whenAnswered: (status: number) => void = () => undefined;
  #failed = 0;
  #isRunning = true;

  constructor(port: number, tls: 'off' | 'auto' = 'off') {
    const target = { host: '127.0.0.1', port };
    // Who it is does not matter here, only how soon it answers.
    this.#socket =
      tls === 'off'
        ? connect({ ...target, noDelay: true })
        : connectTls({ ...target, rejectUnauthorized: false });
    const reader = new ResponseReader(({ status }) => this.#whenAnswered(status));
    this.#socket.on('data', (chunk: Buffer) => reader.push(chunk));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#whenAnswered(0));
    this.#loop = this.#ask();
  }

  async stop(): Promise<Health> {
    this.#isRunning = false;
    await this.#loop;
    this.#socket.destroy();
    const sorted = this.#times.toSorted(ascending);
    const worstMs = sorted.at(-1) ?? Number.NaN;
    return { p99Ms: percentile(sorted, 0.99), worstMs, failed: this.#failed };
  }

  async #ask(): Promise<void> {
    while (this.#isRunning) {
      const begun = performance.now();
      const status = await new Promise<number>((resolve) => {
        this.#whenAnswered = resolve;
        if (this.#socket.destroyed) resolve(0);
        else this.#socket.write(question);
      });
      if (status === 200) this.#times.push(performance.now() - begun);
      else this.#failed += 1;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
